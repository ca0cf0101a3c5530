"""The fault: this server redirects with 307, and browsers then send the same form once more."""

from werkzeug.wrappers import Response

from auth_server.defences import Defences


class RedirectsRepeatTheForm(Defences):
    def redirect_turns_post_into_get(self, response: Response) -> Response:
        """Send the browser on, and whatever it has just posted with it."""
        # 307 keeps method and body: RFC 9110 §15.4.8. 303 turns the next request into a GET without one.
        response.status_code = 307
        return response
