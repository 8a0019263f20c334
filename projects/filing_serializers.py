"""What the API takes and gives of filings at the window, and of notices that are handed over."""

from rest_framework import serializers

from projects.models import CounterNotice, HandOver


class WalkInSerializer(serializers.Serializer):
    """The firm that came to the window: found by its code, or registered with what is said."""

    credit_code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=200, required=False)
    legal_representative = serializers.CharField(max_length=60, required=False)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    credit_code_reason = serializers.CharField(max_length=300, required=False)
    contact_name = serializers.CharField(max_length=60)
    contact_mobile = serializers.CharField(max_length=20)
    contact_email = serializers.EmailField(required=False, allow_blank=True)
    licence_checked = serializers.BooleanField()


class ContactEmailSerializer(serializers.Serializer):
    contact_email = serializers.EmailField(allow_blank=True)


class HandOverSerializer(serializers.Serializer):
    way = serializers.ChoiceField(choices=HandOver.Way.choices)
    note = serializers.CharField(
        max_length=200, help_text="To whom, or the number of the mail item."
    )


class HandOverRecordSerializer(serializers.ModelSerializer):
    by = serializers.CharField()

    class Meta:
        model = HandOver
        fields = ["at", "by", "way", "note"]


class CounterNoticeSerializer(serializers.ModelSerializer):
    """A message to an enterprise of which nobody has an account."""

    title = serializers.CharField()
    mailed_to = serializers.CharField(help_text="Empty where it is handed over.")
    item = serializers.UUIDField(source="subject_id", allow_null=True)
    standing = serializers.ChoiceField(choices=CounterNotice.Standing.choices)
    handed_over = HandOverRecordSerializer(allow_null=True, default=None)

    class Meta:
        model = CounterNotice
        fields = [
            "id",
            "enterprise",
            "application",
            "project",
            "item",
            "kind",
            "title",
            "note",
            "created_at",
            "mailed_to",
            "standing",
            "handed_over",
        ]
