from csp.constants import SELF, UNSAFE_EVAL


class StaffDeskPolicyMiddleware:
    """Unfold's menus are Alpine, which evaluates expressions; nothing else is relaxed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            response._csp_update = {"script-src": [SELF, UNSAFE_EVAL]}
        return response
