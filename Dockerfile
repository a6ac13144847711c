# The workspace in an image of one static file, for Docker and Compose.
# It runs as an ordinary user and writes only to /data: start it with
# --read-only and a volume on /data (deploy/compose has both). Backups may go to
# volumes on /backups and /keyring.
#
#   docker build -t ba-assistant .
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /image/ba ./cmd/ba \
 && install -d -m 0700 /image/data /image/backups /image/keyring \
 && echo 'ba:x:10001:10001::/:/none' > /image/passwd

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /image/passwd /etc/passwd
# A new named volume takes the owner of the directory that it is mounted on.
COPY --from=build --chown=10001:10001 /image/data /data
COPY --from=build --chown=10001:10001 /image/backups /backups
COPY --from=build --chown=10001:10001 /image/keyring /keyring
COPY --from=build /image/ba /ba
ENV ENVIRONMENT=production DATA_DIR=/data PORT=8080
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# There is no shell and no curl in here: the program asks itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/ba", "health", "--live"]
ENTRYPOINT ["/ba"]
CMD ["serve"]
