"""Rules for servers: web, proxies, databases, mail, names, files, messages."""

from pratique.packages.programs.rule import NUMBER, Rule, said


def _nginx(name: str, vendor: str, files: str, said: bytes) -> Rule:
    return Rule(name, vendor, files, (said,), said + rb"(?P<version>\d{1,3}(?:\.\d{1,3}){1,3})", before=0, after=64)


_MARIADB = rb"\x00(?P<version>\d{1,2}\.\d{1,2}\.\d{1,3})-MariaDB"


def _redis_rule(name: str, package: str, vendor: str, last: bytes) -> Rule:
    return Rule(
        name,
        vendor,
        f"{package}-server {package}-check-rdb {package}-check-aof {package}-sentinel",
        tuple(b"%d." % major for major in range(2, 10)),
        rb"(?<![\d.])(?P<version>\d\.\d{1,2}\." + last + rb")[\w.-]{0,80}\d{10}[0-9a-f]{0,24}\x00",
        confirm=b"\x00\\g<version>\x00",
        unique=True,
        before=1,
        after=160,
        package=package,
    )


def _redis(name: str, vendor: str) -> tuple[Rule, Rule]:
    """Redis and its forks: version and build ID stand in one string, the version alone in another one.

    Where the last part of the version ends, the first string does not tell: two digits are tried, then one.
    """
    return _redis_rule(name, name, vendor, rb"\d{2}"), _redis_rule(f"{name}-short", name, vendor, rb"\d")


SERVERS: tuple[Rule, ...] = (
    _nginx("openresty", "openresty:openresty", "nginx openresty", b"nginx version: openresty/"),
    _nginx("tengine", "alibaba:tengine", "nginx tengine", b"Tengine version: Tengine/"),
    _nginx("freenginx", "freenginx:freenginx", "nginx freenginx", b"nginx version: freenginx/"),
    _nginx("angie", "angie:angie", "nginx angie", b"Angie version: Angie/"),
    _nginx("nginx", "f5:nginx", "nginx nginx-debug", b"nginx version: nginx/"),
    Rule(
        "httpd",
        "apache:http_server",
        "httpd apache2 httpd-prefork httpd-worker libhttpd",
        (b"\x00Apache/2.",),
        rb"\x00Apache/(?P<version>2\.\d\.\d{1,3})(?:-dev)?[\x00 ]",
        before=0,
        after=48,
    ),
    said("lighttpd", "lighttpd:lighttpd", "lighttpd", b"lighttpd/", rb"(?P<version>\d\.\d\.\d{1,3})", rb"[\x00 ]"),
    Rule(
        "haproxy",
        "haproxy:haproxy",
        "haproxy",
        (b", released 20",),
        rb" version (?P<version>\d{1,2}\.\d{1,2}(?:\.\d{1,3}|-dev\d{1,3}))[^,\x00]{0,64}, released 20",
        before=128,
        after=16,
    ),
    said("varnish", "varnish-cache:varnish", "varnishd libvarnishapi", b"varnish-", behind=rb" revision "),
    said("squid", "squid-cache:squid", "squid", b"\x00squid/", rb"(?P<version>\d{1,2}(?:\.\d{1,3}){1,3})", rb"[\x00-]"),
    Rule(
        "trafficserver",
        "apache:traffic_server",
        "libtscore",
        (b"\x00Apache Traffic Server\x00", b"\x00traffic_server\x00"),
        rb"\x00(?P<version>\d{1,2}\.\d{1,2}\.\d{1,2})\x00",
        before=96,
    ),
    said("privoxy", "privoxy:privoxy", "privoxy", b"\x00Privoxy version "),
    said("stunnel", "stunnel:stunnel", "stunnel", b"stunnel/", rb"(?P<version>\d\.\d{2})", rb"\x00"),
    said("passenger", "phusion:passenger", "PassengerAgent", b"Phusion Passenger(R) version: "),
    # ---- databases and caches
    *_redis("keydb", "eqalpha:keydb"),
    *_redis("redict", "redict:redict"),
    *_redis("redis", "redis:redis"),
    Rule(
        "valkey",
        "lfprojects:valkey",
        "valkey-server valkey-check-rdb valkey-check-aof valkey-sentinel",
        (b"\x007.", b"\x008.", b"\x009.", b"\x0010."),
        rb"\x00(?P<version>\d{1,2}\.\d{1,2}\.\d{1,3}(?:-rc\d)?)\x00",
        confirm=b"\x00valkey\\g<version>",
        unique=True,
        before=0,
        after=24,
    ),
    said("memcached", "memcached:memcached", "memcached", b"\x00memcached ", behind=rb"[\x00\n]"),
    Rule(
        "postgresql",
        "postgresql:postgresql",
        "postgres initdb pg_dump pg_dumpall pg_basebackup pg_restore psql",
        (b"(PostgreSQL) ",),
        rb"\(PostgreSQL\) (?P<version>\d{1,2}(?:\.\d{1,3}){1,2}|\d{2}(?:devel|(?:alpha|beta|rc)\d))",
        before=0,
        after=48,
    ),
    Rule(
        "percona-server",
        "percona:percona_server",
        "mysqld mysqld-debug",
        (b"\x005.", b"\x008.", b"\x009."),
        rb"\x00(?P<version>[589]\.\d\.\d{1,3}-\d{1,3}(?:\.\d)?)\x00",
        confirm=b"Percona Server (GPL)",
        unique=True,
        before=0,
        after=32,
    ),
    Rule(
        "mariadb",
        "mariadb:mariadb",
        "mariadbd mysqld mariadb mysql mariadb-admin mysqladmin mariadb-dump mysqldump",
        (b"-MariaDB",),
        _MARIADB,
        before=16,
        after=16,
    ),
    Rule(
        "mysql",
        "oracle:mysql",
        "mysqld mysqld-debug",
        (b"\x00MySQL ", b"\x00ndb-"),
        rb"\x00(?:MySQL |ndb-)(?P<version>\d\.\d\.\d{1,3})\x00",
        before=0,
        after=32,
    ),
    Rule(
        "mysql-client",
        "oracle:mysql",
        "mysql mysqladmin mysqldump libmysqlclient",
        (b"SHOW PROCESSLIST\x00",),
        rb"SHOW PROCESSLIST\x00(?P<version>\d\.\d\.\d{1,3})\x00",
        before=0,
        after=48,
        package="mysql",
    ),
    Rule(
        "sqlite",
        "sqlite:sqlite",
        "sqlite3 sqlite libsqlite3 libsqlite sqldiff",
        (b"3.",),
        rb"(?<![\w.])(?P<version>3\.\d{1,2}\.\d{1,2})\x00",
        unique=True,
        before=1,
        after=16,
    ),
    Rule(
        "clickhouse",
        "clickhouse:clickhouse",
        "clickhouse clickhouse-server libclickhouse",
        (b"-stable\x00", b"-lts\x00", b"\x00ClickHouse "),
        rb"\x00(?:v|ClickHouse )(?P<version>\d{2}\.\d{1,2}\.\d{1,4}(?:\.\d{1,4})?)(?:-stable|-lts)?\x00",
        before=24,
        after=40,
    ),
    Rule(
        "tarantool",
        "tarantool:tarantool",
        "tarantool",
        (b"-0-g",),
        rb"\x00(?P<version>\d\.\d{1,2}\.\d{1,2})-0-g[0-9a-f]{9,10}\x00",
        before=16,
        after=32,
    ),
    # ---- directories, names, time
    said("openldap", "openldap:openldap", "slapd", b"$OpenLDAP: slapd ", behind=rb"[^\x00$]{0,40}\("),
    Rule(
        "bind",
        "isc:bind",
        "named",
        (b"BIND 9.",),
        rb"BIND (?P<version>9\.\d{1,2}\.\d{1,3}(?:-S\d|-P\d)?)",
        before=0,
        after=48,
    ),
    said("unbound", "nlnetlabs:unbound", "unbound unbound-checkconf unbound-control", b"\x00unbound ", behind=rb"\x00"),
    said("nsd", "nlnetlabs:nsd", "nsd nsd-checkzone", b"\x00NSD ", behind=rb"\x00"),
    said("knot", "nic:knot_dns", "knotd knotc kdig", b"Knot DNS "),
    said("powerdns-recursor", "powerdns:recursor", "pdns_recursor", b"pdns-recursor "),
    said(
        "dnsmasq",
        "thekelleys:dnsmasq",
        "dnsmasq",
        b"\x00dnsmasq-",
        rb"(?P<version>2\.\d{2,3}(?:rc\d|test\d)?)",
        rb"\x00",
    ),
    Rule(
        "chrony",
        "tuxfamily:chrony",
        "chronyd chronyc",
        (b"\x00--version\x00",),
        rb"\x00--version\x00(?P<version>\d\.\d(?:\.\d{1,2})?(?:-pre\d)?)\x00",
        before=0,
        after=40,
    ),
    Rule(
        "ntpsec",
        "ntpsec:ntpsec",
        "ntpd",
        (b"ntpsec-%s",),
        rb"\x00" + NUMBER + rb"\x00ntpd ntpsec-%s",
        before=32,
        after=16,
    ),
    said("bird", "nic:bird", "bird", b"BIRD version ", rb"(?P<version>\d\.\d{1,2}(?:\.\d{1,3})?)", rb"\n"),
    said("frr", "frrouting:frrouting", "vtysh", b"Integrated shell for FRR (version "),
    # ---- mail and files
    Rule(
        "exim",
        "exim:exim",
        "exim exim4",
        (b"<<eximversion>>",),
        rb"\x00(?P<version>4\.\d{2,3}(?:\.\d{1,2}){0,2})\x00<<eximversion>>",
        before=32,
        after=16,
    ),
    Rule(
        "postfix",
        "postfix:postfix",
        "smtpd smtp cleanup qmgr pickup bounce libpostfix-global",
        (b"mail_version=", b"\x00mail_version\x00"),
        rb"mail_version[=\x00](?P<version>\d\.\d{1,2}\.\d{1,3}(?:-RC\d)?)\x00",
        before=0,
        after=40,
    ),
    said(
        "dovecot", "dovecot:dovecot", "dovecot", b"Dovecot v", rb"(?P<version>\d\.\d\.\d{1,2}(?:\.\d{1,2})?)", rb" \("
    ),
    said(
        "proftpd",
        "proftpd:proftpd",
        "proftpd",
        b"\x00ProFTPD Version ",
        rb"(?P<version>\d\.\d\.\d{1,2}[a-z]?(?:rc\d)?)",
    ),
    said("vsftpd", "vsftpd_project:vsftpd", "vsftpd", b"vsftpd: version "),
    said("pure-ftpd", "pureftpd:pure-ftpd", "pure-ftpd", b"pure-ftpd v"),
    said("samba", "samba:samba", "smbd nmbd winbindd smbclient libsmbconf", b"\x00SAMBA_", behind=rb"[_\x00]"),
    said("cups", "openprinting:cups", "cupsd libcups", b"\x00CUPS/", behind=rb"[ \x00]"),
    # ---- networks, messages and watch
    said(
        "dropbear",
        "dropbear_ssh_project:dropbear_ssh",
        "dropbear dbclient dropbearmulti",
        b"SSH-2.0-dropbear_",
        rb"(?P<version>\d{4}\.\d{2,3})",
    ),
    said(
        "openssh",
        "openbsd:openssh",
        "sshd sshd-session ssh ssh-keyscan ssh-keysign",
        b"\x00OpenSSH_",
        rb"(?P<version>\d{1,2}\.\d(?:\.\d)?p\d)",
    ),
    said("openvpn", "openvpn:openvpn", "openvpn", b"\x00OpenVPN "),
    said("tor", "torproject:tor", "tor", b"(on Tor ", rb"(?P<version>0\.\d\.\d\.\d{1,2}(?:-(?:alpha|rc))?)", rb"[ -]"),
    said("coturn", "coturn_project:coturn", "turnserver", b"\x00Coturn-"),
    Rule(
        "mosquitto",
        "eclipse:mosquitto",
        "mosquitto",
        (b"mosquitto version %s",),
        rb"\x00" + NUMBER + rb"\x00mosquitto version %s",
        before=32,
        after=32,
    ),
    said("zabbix", "zabbix:zabbix", "zabbix_agentd zabbix_server zabbix_proxy", b"\x00Zabbix ", behind=rb"\x00"),
    said("gearmand", "gearman:gearmand", "gearmand", b"Server: Gearman/"),
    Rule(
        "nagios",
        "nagios:nagios_core",
        "nagios nagios4",
        (b"\nNagios Core %s\n",),
        rb"\x00" + NUMBER + rb"\x00\nNagios Core",
        before=24,
        after=16,
    ),
    said("monit", "tildeslash:monit", "monit", b"/monit/'>monit ", behind=rb"<"),
)
