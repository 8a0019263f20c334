"""Files chosen in a form are kept until the form is sent."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.files import File
from django.db.models import Sum
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.stored_files import atomic_with_files, file_stored
from huadu_portal.transient_errors import is_disk_full
from projects import files
from projects.models import KEPT_FOR, MOST_CHOSEN, MOST_CHOSEN_BYTES, ChosenFile


def choose_file(
    upload: File, *, by: User, at: datetime, place: str, field: str, is_only: bool = False
) -> ChosenFile:
    """Keep a file for the form at `place`; raises ValidationError when it is not what we take.

    One of the same name in the same field is replaced; where the field takes one file
    (`is_only`), so is any other.
    """
    checked = files.check_file(upload, limit=settings.UPLOAD_MAX_BYTES)
    earlier = ChosenFile.objects.visible_to(by).of_form(place).filter(field=field)
    if not is_only:
        earlier = earlier.filter(filename=checked.filename)
    replaced = list(earlier)
    chosen = ChosenFile(
        chosen_by=by,
        place=place,
        field=field,
        filename=checked.filename,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        chosen_at=at,
    )
    with atomic_with_files():
        # Of one person's uploads one after another is counted.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        _check_room(by, checked.size)
        _put(chosen, f"{chosen.pk}{checked.suffix}", upload)
        chosen.save(force_insert=True)
    forget_chosen(replaced)
    return chosen


def _put(chosen: ChosenFile, name: str, upload: File) -> None:
    field = chosen.file.field
    try:
        chosen.file.save(name, upload, save=False)
        file_stored(chosen.file)
    except OSError as error:
        if not is_disk_full(error):
            raise
        field.storage.delete(field.generate_filename(chosen, name))
        raise files.NoRoom(chosen.filename) from error


def _check_room(by: User, size: int) -> None:
    own = ChosenFile.objects.visible_to(by)
    used = own.aggregate(bytes=Sum("size", default=0))["bytes"]
    if own.count() >= MOST_CHOSEN or used + size > MOST_CHOSEN_BYTES:
        raise NotAllowed(
            _(
                "You have chosen many files that are not submitted yet. Please submit them first."
            )
        )


def forget_chosen(chosen: Iterable[ChosenFile]) -> None:
    """The rows, then their files: what is left of a file has no row, and goes by its age."""
    for each in list(chosen):
        each.delete()
        each.file.delete(save=False)


def remove_old_chosen_files(at: datetime) -> int:
    """Of forms that nobody has sent; how many there were."""
    old = list(ChosenFile.objects.filter(chosen_at__lt=at - KEPT_FOR))
    forget_chosen(old)
    return len(old)
