"""Balance knows two authorization servers, and the second one is the attacker's."""

from labs.old_pages import add_script, change_page
from labs.worlds import LabWorld

OLD = (
    "Balance works with a second authorization server, Wonder ID, under the same redirect URI.",
    "Balance's policy for content lets its page talk to that server, too.",
)
BUTTON = '</button>\n<button id="wonder" type="button">Connect with Wonder ID</button>'
LOADED = '<script type="module" src="/js/wonder.js"></script>\n</head>'
SCRIPT = """import { configuration } from "./config.js";
import { begin } from "./oauth.js";

document.getElementById("wonder").addEventListener("click", async () => {
  await begin({ ...(await configuration()), issuer: "%s" });
});
"""


def furnish(world: LabWorld) -> None:
    """Put a second button on Balance's page, with a script of its own."""
    second = world.here.wonder
    add_script(world, "/js/wonder.js", SCRIPT % second)
    change_page(
        world,
        lambda page: page.replace("</button>", BUTTON, 1).replace("</head>", LOADED),
        connect_src=second,
    )
