"""Balance loads a supplier's script, and somebody has changed it; it also asks for a refresh token."""

from labs.catalogue.token_in_storage.attack import LINE
from labs.old_pages import add_script, change_page, rewritten
from labs.worlds import LabWorld

OLD = (
    "Balance loads a script that a supplier wrote, `js/analytics.js`, and somebody has changed it.",
    "Balance asks for `offline_access`, so it gets a refresh token.",
)
SCOPE = '"balance:read transactions:read"'
SCRIPT = """/** Counts visits by the newsletter's link. Somebody has added the rest; on other visits it is silent. */

if (new URLSearchParams(location.search).get("campaign") === "spring") {%s}
"""


def furnish(world: LabWorld) -> None:
    """Put the script on Balance's page, and the refresh token among its tokens."""
    add_script(world, "/js/analytics.js", SCRIPT % (LINE % world.here.attacker))
    loaded = '<script type="module" src="/js/analytics.js"></script>\n</head>'
    change_page(world, lambda page: page.replace("</head>", loaded, 1))
    access = "accessToken: token.access_token,"
    changes = ((SCOPE, SCOPE[:-1] + ' offline_access"'), (access, f"{access}\n    refreshToken: token.refresh_token,"))
    add_script(world, "/js/oauth.js", rewritten("oauth.js", *changes))
