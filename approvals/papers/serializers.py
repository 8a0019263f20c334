"""What the API says of official papers."""

from django.urls import reverse
from rest_framework import serializers

from approvals.papers.models import ItemPaper
from huadu_portal.papers.models import PaperKind


class ItemPaperSerializer(serializers.ModelSerializer):
    """An official paper; `url` is its PDF, `verify` the public page that vouches for it."""

    id = serializers.UUIDField(source="paper_id")
    number = serializers.CharField(source="paper.number")
    kind = serializers.ChoiceField(PaperKind.choices, source="paper.kind")
    title = serializers.CharField(source="paper.title")
    issued_at = serializers.DateTimeField(source="paper.issued_at")
    sha256 = serializers.CharField(
        source="paper.sha256", help_text="Empty until the PDF has been set."
    )
    url = serializers.SerializerMethodField()
    verify = serializers.CharField(source="paper.get_absolute_url")

    class Meta:
        model = ItemPaper
        fields = [
            "id",
            "number",
            "kind",
            "title",
            "event_number",
            "issued_at",
            "sha256",
            "url",
            "verify",
        ]

    def get_url(self, link: ItemPaper) -> str:
        return reverse("approval-item-paper", args=[link.item_id, link.paper_id])
