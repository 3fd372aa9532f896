# dwell alone, static, in an image of its own:
#
#     docker build -t dwell .
#     docker run --rm -it -v "$PWD:/data" dwell views.csv
#
# Nobody has built this image yet where dwell is made: there is neither Docker nor a standard library for musl.
FROM rust:1.95.0-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /dwell
COPY Cargo.toml Cargo.lock sample.db README.md ./
COPY assets assets
COPY benches benches
COPY src src
RUN cargo build --locked --release

FROM scratch
COPY --from=build /dwell/target/release/dwell /dwell
COPY LICENSE-APACHE LICENSE-MIT /
# Files for a while: stores are written to /tmp first where nothing else is said.
COPY --from=build --chmod=1777 /var/empty /tmp
WORKDIR /data
ENV LANG=C.UTF-8 TERM=xterm-256color
ENTRYPOINT ["/dwell"]
