# A browser for the attacks that need one. It shares the labs' network, and so finds their worlds on its loopback.
FROM python:3.13-slim-trixie

# Debian keeps one version of it, the one with the last security fixes.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends chromium && rm -rf /var/lib/apt/lists/*

USER 10007:10007
# Its own sandbox needs more rights than this container has, which is its wall instead; it speaks to no other host.
CMD ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", \
     "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=9222", \
     "--user-data-dir=/tmp/profile", \
     "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1"]
