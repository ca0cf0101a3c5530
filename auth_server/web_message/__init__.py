"""Response mode `web_message`: the answer is handed to the page that opened this window (RFC 9700 §4.17)."""
