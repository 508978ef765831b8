"""What the server's own address shows: to programs, to people, to browsers.

Owns: `/`, the description of the interface, the icon.
Knows nothing of: the routes that are described, the editor's page.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from .. import __version__
from ..web.responses import PlainJSON
from .editor_mount import EDITOR
from .health import NAME
from .openapi import describe, page_of

GREETING: Final = "The memory is here. /docs says what can be asked."
# A bookmark in the page's accent colour.
ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<path fill="#14b8a6" d="M4 1h8a1 1 0 0 1 1 1v13l-5-4-5 4V2a1 1 0 0 1 1-1z"/></svg>'
)


def site_router(app: FastAPI) -> APIRouter:
    """Return the routes of the server's address itself.

    Args:
        app: Whose interface is described, with all that it has when somebody asks.
    """
    router = APIRouter(default_response_class=PlainJSON)

    @router.get("/")
    def root(request: Request) -> Response:
        """Greet programs; send people to the editor."""
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(f"{EDITOR}/", status_code=307)
        greeting = {"status": "ok", "message": GREETING}
        return PlainJSON({**greeting, "name": NAME, "version": __version__})

    @router.get("/openapi.json", include_in_schema=False)
    def openapi() -> dict[str, Any]:
        return describe(app)

    @router.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(page_of(describe(app)))

    @router.get("/manifest.json", include_in_schema=False)
    def manifest() -> dict[str, str]:
        """Answer what the editor's page asks for at the server's root."""
        return {"name": NAME, "start_url": f"{EDITOR}/", "display": "browser"}

    @router.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return Response(ICON, media_type="image/svg+xml")

    return router
