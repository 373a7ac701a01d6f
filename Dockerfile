# PostgreSQL with kpi and kpi_mart:
#
#     docker build -t kpi .                             # or: --build-arg PG_MAJOR=15
#     docker run -d --name kpi -e POSTGRES_PASSWORD=secret kpi
#     docker exec -it kpi psql -U postgres -c 'CREATE EXTENSION kpi_mart CASCADE'
#
# Not tried: the machine where this was written has no Docker. The commands of RUN were run on Debian 13 without it.
ARG PG_MAJOR=17

FROM postgres:${PG_MAJOR} AS build
RUN apt-get update && \
    apt-get install -y --no-install-recommends gcc libc6-dev make "postgresql-server-dev-$PG_MAJOR"
COPY . /src
WORKDIR /src
# without bitcode for JIT: it changes no result, and the image has no use for it
RUN make with_llvm=no -j"$(nproc)" && make with_llvm=no DESTDIR=/install install

FROM postgres:${PG_MAJOR}
COPY --from=build /install/ /
