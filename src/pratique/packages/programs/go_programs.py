"""Rules for Go programs whose build information may lack the version of the program itself.

`-ldflags "-X main.version=1.2.3"` writes strings into the data segment, each between zeros, and so does the linker with
the version of its toolchain: they stand together. (Those flags are not recorded when `-trimpath` is set.) Debian's and
other builders' suffixes are cut off, so that a version with and one without it agree.
"""

from pratique.packages.programs.rule import Rule

_STAMP = (
    rb"\x00v?(?P<version>\d{1,4}\.\d{1,4}\.\d{1,4}(?:[-~](?:alpha|beta|rc)[.\d]{0,8})?)"
    rb"(?:[-+~.][0-9A-Za-z.+~-]{1,60})?\x00"
)


def _stamped(name: str, vendor: str, files: str, module: str = "") -> Rule:
    """`module` where its versions are those of the program; others are `generic`."""
    return Rule(
        name,
        vendor,
        files,
        (b"\x00go1.",),
        _STAMP,
        unique=True,
        before=4096,
        after=4096,
        type="golang" if module else "generic",
        package=module,
    )


GO_PROGRAMS: tuple[Rule, ...] = (
    Rule(
        "k3s",
        "k3s:k3s",
        "k3s k3s-server k3s-agent",
        (b"+k3s",),
        rb"\x00v(?P<version>1\.\d{1,2}\.\d{1,2}(?:-rc\d)?\+k3s\d)\x00",
        unique=True,
        before=24,
        after=16,
    ),
    _stamped("docker-cli", "docker:command_line_interface", "docker", "github.com/docker/cli"),
    _stamped("docker-engine", "mobyproject:moby", "dockerd docker-proxy", "github.com/docker/docker"),
    _stamped("buildx", "docker:buildx", "docker-buildx buildx", "github.com/docker/buildx"),
    _stamped("docker-compose", "docker:compose", "docker-compose", "github.com/docker/compose{v}"),
    _stamped("buildkit", "mobyproject:buildkit", "buildkitd buildctl", "github.com/moby/buildkit"),
    _stamped(
        "containerd",
        "linuxfoundation:containerd",
        "containerd ctr containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-shim-runc-v",
        "github.com/containerd/containerd{v}",
    ),
    _stamped("runc", "linuxfoundation:runc", "runc", "github.com/opencontainers/runc"),
    _stamped(
        "kubernetes",
        "kubernetes:kubernetes",
        "kubectl kubelet kubeadm kube-apiserver kube-controller-manager kube-scheduler kube-proxy hyperkube",
        "k8s.io/kubernetes",
    ),
    _stamped("helm", "helm:helm", "helm", "helm.sh/helm{v}"),
    _stamped("prometheus", "prometheus:prometheus", "prometheus promtool"),
    _stamped(
        "alertmanager",
        "prometheus:alertmanager",
        "alertmanager prometheus-alertmanager amtool",
        "github.com/prometheus/alertmanager",
    ),
    _stamped(
        "node-exporter",
        "prometheus:node_exporter",
        "node_exporter prometheus-node-exporter",
        "github.com/prometheus/node_exporter",
    ),
    _stamped(
        "pushgateway",
        "prometheus:pushgateway",
        "pushgateway prometheus-pushgateway",
        "github.com/prometheus/pushgateway",
    ),
    _stamped(
        "blackbox-exporter",
        "prometheus:blackbox_exporter",
        "blackbox_exporter prometheus-blackbox-exporter",
        "github.com/prometheus/blackbox_exporter",
    ),
    _stamped("grafana", "grafana:grafana", "grafana grafana-server grafana-cli"),
    _stamped("loki", "grafana:loki", "loki promtail logcli"),
    _stamped("telegraf", "influxdata:telegraf", "telegraf", "github.com/influxdata/telegraf"),
    _stamped("influxdb", "influxdata:influxdb", "influxd influx", "github.com/influxdata/influxdb{v}"),
    _stamped("caddy", "caddyserver:caddy", "caddy", "github.com/caddyserver/caddy{v}"),
    _stamped("traefik", "traefik:traefik", "traefik", "github.com/traefik/traefik{v}"),
    _stamped("nats-server", "linuxfoundation:nats-server", "nats-server", "github.com/nats-io/nats-server{v}"),
    _stamped("syncthing", "syncthing:syncthing", "syncthing", "github.com/syncthing/syncthing"),
    _stamped("gitea", "gitea:gitea", "gitea"),
    _stamped("argocd", "argoproj:argo_cd", "argocd argocd-server", "github.com/argoproj/argo-cd{v}"),
    _stamped("flux", "fluxcd:flux", "flux", "github.com/fluxcd/flux2{v}"),
    _stamped("istio", "istio:istio", "pilot-discovery pilot-agent istioctl", "istio.io/istio"),
    _stamped("cockroachdb", "cockroachlabs:cockroachdb", "cockroach"),
    _stamped("consul", "hashicorp:consul", "consul", "github.com/hashicorp/consul"),
    _stamped("nomad", "hashicorp:nomad", "nomad", "github.com/hashicorp/nomad"),
    _stamped("vault", "hashicorp:vault", "vault", "github.com/hashicorp/vault"),
    _stamped("dockerize", "jwilder:dockerize", "dockerize", "github.com/jwilder/dockerize"),
    _stamped("cilium", "cilium:cilium", "cilium cilium-agent", "github.com/cilium/cilium"),
)
