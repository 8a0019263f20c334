"""Where the browser's script keeps what was chosen in a form (projects/forms/chosen_files.py)."""

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed
from projects import operations
from projects.models import ChosenFile


def chosen(request):
    """GET says whether one is still signed in, with a token for the form; POST keeps a file."""
    if request.method != "POST":
        return JsonResponse({"token": get_token(request)})
    place, field = request.POST.get("place", ""), request.POST.get("field", "")
    upload = request.FILES.get("upload")
    if not (place.startswith("/") and len(place) <= 300 and 0 < len(field) <= 100 and upload):
        return JsonResponse({"errors": [_("Please choose a file.")]}, status=400)
    is_only = "only" in request.POST
    try:
        operations.choose_file(
            upload, by=request.user, at=now(), place=place, field=field, is_only=is_only
        )
    except ValidationError as refusal:
        status = getattr(refusal, "status_code", 400)
        return JsonResponse({"errors": refusal.messages}, status=status)
    except NotAllowed as refusal:
        return JsonResponse({"errors": [str(refusal)]}, status=refusal.status_code)
    kept = ChosenFile.objects.visible_to(request.user).of_form(place).filter(field=field)
    return JsonResponse(
        {"kept": render_to_string("components/chosen_files.html", {"chosen": list(kept)})}
    )
