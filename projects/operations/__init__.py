"""What can be done to enterprises, memberships, applications and documents."""

from projects.operations.applications import (
    ANSWER_DAYS,
    NOTHING_CHANGED,
    accept_application,
    decline_application,
    expected_answer,
    is_unchanged,
    iso_day,
    return_application,
    save_draft,
    start_application,
    submit_application,
    withdraw_application,
)
from projects.operations.assisted_filing import (
    begin_assisted,
    firm_at_counter,
    may_file,
    may_file_for_firms,
)
from projects.operations.chosen_files import (
    choose_file,
    forget_chosen,
    remove_old_chosen_files,
)
from projects.operations.counter_notices import keep_for_counter
from projects.operations.documents import (
    add_document,
    add_version,
    remove_document,
    room_used,
    set_validity,
    share_document,
    virus_found,
)
from projects.operations.editing import edit_project, editable_by, may_edit_fact
from projects.operations.enterprises import (
    ask_by_code,
    ask_to_join,
    decide_membership,
    has_account,
    may_decide_membership,
    owners_of,
    people_of,
    register_enterprise,
    window,
)
from projects.operations.facts import change_area, mark_joint
from projects.operations.halts import (
    end_project,
    halt_of,
    pause_project,
    renew_pause,
    resume_project,
)
from projects.operations.orphaned_files import (
    find_orphaned_files,
    remove_orphaned_files,
)
from projects.operations.phases import move_phase
from projects.operations.previews import (
    ask_for_previews,
    is_whole,
    queue_preview,
    render_previews,
)
from projects.operations.requests import (
    Held,
    MaterialRequest,
    already_here,
    check_requests,
    held_for_application,
    reused_by_application,
)
from projects.operations.scans import scan_due

__all__ = [
    "ANSWER_DAYS",
    "NOTHING_CHANGED",
    "Held",
    "MaterialRequest",
    "accept_application",
    "add_document",
    "add_version",
    "already_here",
    "ask_by_code",
    "ask_for_previews",
    "ask_to_join",
    "begin_assisted",
    "change_area",
    "check_requests",
    "choose_file",
    "decide_membership",
    "decline_application",
    "edit_project",
    "editable_by",
    "end_project",
    "expected_answer",
    "find_orphaned_files",
    "firm_at_counter",
    "forget_chosen",
    "halt_of",
    "has_account",
    "held_for_application",
    "is_unchanged",
    "is_whole",
    "iso_day",
    "keep_for_counter",
    "mark_joint",
    "may_decide_membership",
    "may_edit_fact",
    "may_file",
    "may_file_for_firms",
    "move_phase",
    "owners_of",
    "pause_project",
    "people_of",
    "queue_preview",
    "register_enterprise",
    "remove_document",
    "remove_old_chosen_files",
    "remove_orphaned_files",
    "render_previews",
    "renew_pause",
    "resume_project",
    "return_application",
    "reused_by_application",
    "room_used",
    "save_draft",
    "scan_due",
    "set_validity",
    "share_document",
    "start_application",
    "submit_application",
    "virus_found",
    "window",
    "withdraw_application",
]
