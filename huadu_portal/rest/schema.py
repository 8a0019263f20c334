"""What every operation of the OpenAPI document has in common."""

from huadu_portal.rest.problems import CONTENT_TYPE

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem document.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "Sentences by field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "version": {"type": "integer", "description": "What holds now (409)."},
    },
}
RESPONSE = {
    "description": "A refusal.",
    "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document_problems(result, generator, request, public):
    """Spectacular's hook: any answer not described otherwise is a problem document."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"].setdefault("default", RESPONSE)
            # The first line of what the code says of itself.
            said = operation.get("description", "").partition("\n")[0]
            operation.setdefault("summary", said)
    return result
