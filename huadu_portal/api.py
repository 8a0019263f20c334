"""The programming interface, version 1, and its documentation."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from agents.api import ProjectViewSet, ServiceAgentViewSet
from agents.triage.api import TriageViewSet
from approvals.api import (
    ApprovalItemViewSet,
    ApprovalTypeViewSet,
    CardViewSet,
    CommitmentViewSet,
    ConsultationViewSet,
    HelpRequestViewSet,
    ItemDocumentViewSet,
    JointBundleViewSet,
    JointCaseViewSet,
    OrderProposalViewSet,
    SupervisionOrderViewSet,
)
from huadu_portal.accounts.api import DepartmentViewSet, LogoutView, TokenView
from huadu_portal.dashboard.api import SummaryView, WorklistView
from huadu_portal.notifications.api import NotificationViewSet
from huadu_portal.rest.described import SchemaView
from huadu_portal.rest.problems import unknown_address
from projects.api import (
    CounterNoticeViewSet,
    EnterpriseViewSet,
    MaterialKindViewSet,
    MembershipViewSet,
)

router = SimpleRouter()
router.register("enterprises", EnterpriseViewSet, "enterprise")
router.register("memberships", MembershipViewSet, "membership")
router.register("applications", TriageViewSet, "application")
router.register("counter-notices", CounterNoticeViewSet, "counter-notice")
router.register("documents", ItemDocumentViewSet, "document")
router.register("material-kinds", MaterialKindViewSet, "material-kind")
router.register("projects", ProjectViewSet, "project")
router.register("service-agents", ServiceAgentViewSet, "service-agent")
router.register("approval-types", ApprovalTypeViewSet, "approval-type")
router.register("departments", DepartmentViewSet, "department")
router.register("approval-items", ApprovalItemViewSet, "approval-item")
router.register("joint-bundles", JointBundleViewSet, "joint-bundle")
router.register("joint-cases", JointCaseViewSet, "joint-case")
router.register("commitments", CommitmentViewSet, "commitment")
router.register("consultations", ConsultationViewSet, "consultation")
router.register("cards", CardViewSet, "card")
router.register("order-proposals", OrderProposalViewSet, "order-proposal")
router.register("supervision-orders", SupervisionOrderViewSet, "supervision-order")
router.register("coordination-requests", HelpRequestViewSet, "coordination-request")
router.register("notifications", NotificationViewSet, "notification")

v1 = [
    path("auth/token/", TokenView.as_view(), name="token"),
    path("auth/logout/", LogoutView.as_view(), name="token-logout"),
    path("dashboard/summary/", SummaryView.as_view(), name="dashboard-summary"),
    path("worklist/", WorklistView.as_view(), name="worklist"),
    path("workdays/", include("huadu_portal.workdays.urls")),
    *router.urls,
]

urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(), name="docs"),
    re_path(r"^v1/(?P<unknown>.*)$", unknown_address),
]
