"""What an enterprise types: about itself, and, step by step, about its project."""

from projects.forms.draft import Checked, Problem, check, filled_in, typed_in
from projects.forms.enterprise import JoinForm, RegisterForm, StartForm, VersionForm
from projects.forms.fields import CreditCodeField, FigureField, MoneyField
from projects.forms.materials import (
    MaterialForm,
    MaterialRequests,
    UploadForm,
    ValidityForm,
    VaultSearch,
)
from projects.forms.steps import STEPS, Step, StepForm, SubmitForm, step_named

__all__ = [
    "STEPS",
    "Checked",
    "CreditCodeField",
    "FigureField",
    "JoinForm",
    "MaterialForm",
    "MaterialRequests",
    "MoneyField",
    "Problem",
    "RegisterForm",
    "StartForm",
    "Step",
    "StepForm",
    "SubmitForm",
    "UploadForm",
    "ValidityForm",
    "VaultSearch",
    "VersionForm",
    "check",
    "filled_in",
    "step_named",
    "typed_in",
]
