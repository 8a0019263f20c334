"""What an enterprise types: about itself, and, step by step, about its project."""

from projects.forms.chosen_files import ChosenFiles
from projects.forms.draft import CheckedDraft, Problem, check_draft, filled_in, typed_in
from projects.forms.enterprise import DocumentVersionForm, JoinForm, RegisterForm, StartForm
from projects.forms.fields import CheckedFileField, CreditCodeField, FigureField, PlainTexts
from projects.forms.materials import (
    MaterialForm,
    MaterialRequests,
    UploadForm,
    ValidityForm,
    VaultSearch,
)
from projects.forms.steps import (
    STEPS,
    FormStep,
    StepForm,
    SubmitApplicationForm,
    form_field,
    step_named,
)

__all__ = [
    "STEPS",
    "CheckedDraft",
    "CheckedFileField",
    "ChosenFiles",
    "CreditCodeField",
    "DocumentVersionForm",
    "FigureField",
    "FormStep",
    "JoinForm",
    "MaterialForm",
    "MaterialRequests",
    "PlainTexts",
    "Problem",
    "RegisterForm",
    "StartForm",
    "StepForm",
    "SubmitApplicationForm",
    "UploadForm",
    "ValidityForm",
    "VaultSearch",
    "check_draft",
    "filled_in",
    "form_field",
    "step_named",
    "typed_in",
]
