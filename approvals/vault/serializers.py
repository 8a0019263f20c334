"""What the API says of materials that are needed."""

from uuid import UUID

from rest_framework import serializers

from approvals.catalogue.serializers import TypeNameSerializer
from approvals.vault.needs import KindNeed, MaterialState, Need
from projects.serializers import MaterialKindSerializer


class NeedSerializer(serializers.Serializer):
    """A material an item asks for, against what there is of it.

    A department is not told the documents that were not handed in for its item.
    """

    kind = MaterialKindSerializer()
    is_tolerable = serializers.BooleanField(help_text="May follow later (容缺受理).")
    standing = serializers.ChoiceField(MaterialState.choices)
    needed_until = serializers.DateField(source="until")
    handed_in = serializers.SerializerMethodField()
    held = serializers.SerializerMethodField()
    refused = serializers.SerializerMethodField(
        help_text="In which a virus was found: they meet no need and have to be replaced."
    )

    def get_handed_in(self, need: Need) -> list[UUID]:
        return [document.pk for document in need.handed_in]

    def get_held(self, need: Need) -> list[UUID]:
        if self.context["request"].user.is_of_department:
            return []
        return [document.pk for document in need.held]

    def get_refused(self, need: Need) -> list[UUID]:
        is_of_department = self.context["request"].user.is_of_department
        refused = need.refused_here if is_of_department else need.refused
        return [document.pk for document in refused]


class ForItemSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="item.pk")
    approval_type = TypeNameSerializer(source="item.approval_type")
    is_tolerable = serializers.BooleanField()
    standing = serializers.ChoiceField(MaterialState.choices)
    needed_until = serializers.DateField(source="until")


class KindNeedSerializer(serializers.Serializer):
    """A kind once, for all the items of a project that ask for it."""

    kind = MaterialKindSerializer()
    is_tolerable = serializers.BooleanField()
    standing = serializers.ChoiceField(
        MaterialState.choices, help_text="The worst of its items."
    )
    is_lacking = serializers.BooleanField()
    items = ForItemSerializer(source="needs", many=True)
    documents = serializers.SerializerMethodField()
    refused = serializers.SerializerMethodField(
        help_text="In which a virus was found: they meet no need and have to be replaced."
    )

    def get_documents(self, need: KindNeed) -> list[UUID]:
        return [document.pk for document in need.documents]

    def get_refused(self, need: Need) -> list[UUID]:
        return [document.pk for document in need.refused]
