"""The OpenAPI document, for whoever asks; made once in each language and form."""

from functools import cache
from threading import Lock

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language, override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import BaseRenderer

_one_at_a_time = Lock()


class SchemaView(SpectacularAPIView):
    """The same for everybody. Making it takes a processor two seconds, so that a stranger who
    had it made again and again would leave nothing for others."""

    @extend_schema(exclude=True)
    def get(self, request):
        wanted = request.GET.get("lang")
        language = wanted if wanted in dict(settings.LANGUAGES) else get_language()
        renderer: BaseRenderer = request.accepted_renderer
        with _one_at_a_time:
            # A class is hashable, whatever mypy says of it.
            content = _rendered(language, type(renderer))  # type: ignore[arg-type]
        name = f'inline; filename="schema.{renderer.format}"'
        headers = {"Content-Disposition": name}
        return HttpResponse(content, content_type=renderer.media_type, headers=headers)


@cache
def _rendered(language: str, renderer: type[BaseRenderer]) -> str | bytes:
    with override(language):
        document = SchemaGenerator().get_schema(request=None, public=True)
        return renderer().render(document, renderer_context={})
