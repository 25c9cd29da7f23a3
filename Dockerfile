# keyrotor in an image that holds one file: the binary, static, with its own CA roots
# and time zones. It runs as nobody, and writes only below /var/lib/keyrotor.

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
ARG OUT=/out
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$VERSION" -o "$OUT/keyrotor" ./cmd/keyrotor
RUN mkdir "$OUT/data"

FROM scratch
COPY --from=build /out/keyrotor /keyrotor
COPY --from=build --chown=65532:65532 /out/data /var/lib/keyrotor
USER 65532:65532
WORKDIR /var/lib/keyrotor
VOLUME /var/lib/keyrotor
EXPOSE 8080
ENTRYPOINT ["/keyrotor"]
CMD ["serve", "--config", "/etc/keyrotor/config.yaml"]
