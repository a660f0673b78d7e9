FROM busybox:1.37 AS final
ARG GREETING
COPY --from=files settings.json /etc/settings.json
