"""Which Maven group publishes an artifact, for archives that do not say so themselves.

Facts as published in Maven Central. Builds by Gradle, Ant and sbt leave no `pom.properties`, and what their manifests
say of the group is often only half true.
"""

_ARTIFACTS = {
    "org.springframework": """spring-aop spring-aspects spring-beans spring-context spring-context-indexer
        spring-context-support spring-core spring-expression spring-instrument spring-jcl spring-jdbc spring-jms
        spring-messaging spring-orm spring-oxm spring-r2dbc spring-test spring-tx spring-web spring-webflux
        spring-webmvc spring-webmvc-portlet spring-websocket spring""",
    "org.springframework.amqp": "spring-amqp spring-rabbit spring-rabbit-stream",
    "org.springframework.graphql": "spring-graphql",
    "org.springframework.hateoas": "spring-hateoas",
    "org.springframework.kafka": "spring-kafka",
    "org.springframework.retry": "spring-retry",
    "org.springframework.security.oauth": "spring-security-oauth spring-security-oauth2",
    "org.springframework.webflow": "spring-webflow spring-binding spring-js",
    "org.springframework.ws": "spring-xml",
    "org.checkerframework": "checker-qual checker-util checker-compat-qual checker",
    "org.freemarker": "freemarker",
    "info.picocli": "picocli",
    "io.opentelemetry.javaagent": "opentelemetry-javaagent",
    "com.google.inject": "guice",
    "technology.tabula": "tabula",
    "commons-logging": "commons-logging-api commons-logging-adapters",
    "org.apache.zookeeper": "zookeeper zookeeper-jute",
    "org.apache.thrift": "libthrift",
    "org.apache.ant": "ant ant-launcher",
    "org.apache.tomcat": "tomcat",
    "org.apache.derby": "derby derbyclient derbynet derbytools derbyshared",
    "org.apache.velocity": "velocity velocity-tools",
    "mysql": "mysql-connector-java",
    "com.mysql": "mysql-connector-j",
    "xerces": "xercesImpl",
    "xalan": "xalan serializer",
    "xml-apis": "xml-apis xml-apis-ext",
    "xom": "xom",
    "jaxen": "jaxen",
    "org.jdom": "jdom jdom2",
    "com.ibm.icu": "icu4j icu4j-charset",
    "com.itextpdf": "itextpdf",
    "com.google.api": "gax gax-grpc gax-httpjson api-common",
    "axis": "axis axis-jaxrpc axis-saaj",
    "javax.activation": "activation",
    "javax.mail": "mail",
    "org.ow2.asm": "asm asm-analysis asm-commons asm-tree asm-util",
    "com.squareup.okhttp3": "okhttp okhttp-jvm okhttp-sse okhttp-tls logging-interceptor mockwebserver",
    "com.squareup.okhttp": "okhttp-urlconnection okhttp-apache",
    "com.squareup.okio": "okio okio-jvm",
    "com.squareup.retrofit2": "retrofit",
    "io.reactivex.rxjava3": "rxjava",
    "io.projectreactor": "reactor-core reactor-test reactor-tools",
    "io.projectreactor.addons": "reactor-extra reactor-adapter reactor-pool",
    "io.projectreactor.netty": "reactor-netty reactor-netty-core reactor-netty-http",
    "io.projectreactor.kafka": "reactor-kafka",
    "io.perfmark": "perfmark-api",
    "io.lettuce": "lettuce-core",
    "org.reactivestreams": "reactive-streams",
    "org.jetbrains": "annotations",
    "org.hsqldb": "hsqldb sqltool",
    "com.h2database": "h2 h2-mvstore",
    "com.mchange": "c3p0 mchange-commons-java",
    "c3p0": "c3p0-oracle-thin-extras",
    "aopalliance": "aopalliance",
    "junit": "junit junit-dep",
    "org.opentest4j": "opentest4j",
    "org.apiguardian": "apiguardian-api",
    "org.projectlombok": "lombok",
    "antlr": "antlr stringtemplate",
    "org.antlr": "antlr-runtime antlr4-runtime antlr4 ST4",
    "cglib": "cglib cglib-nodep",
    "org.eclipse.jdt": "ecj",
    "org.aspectj": "aspectjweaver aspectjrt aspectjtools",
    "net.java.dev.jna": "jna jna-platform",
    "com.oracle.database.jdbc": "ojdbc8 ojdbc10 ojdbc11 ojdbc6 ucp",
    "org.python": "jython jython-standalone",
    "org.codehaus.jackson": "jackson-core-asl jackson-mapper-asl jackson-jaxrs jackson-xc",
    "dnsjava": "dnsjava",
    "org.apache.xmlbeans": "xmlbeans",
    "org.apache.poi": "poi poi-ooxml poi-ooxml-schemas poi-ooxml-lite poi-ooxml-full poi-scratchpad",
    "javax.servlet": "servlet-api javax.servlet-api",
    "javax.servlet.jsp": "jsp-api",
    "net.sf.ehcache": "ehcache ehcache-core",
    "struts": "struts",
    "org.jenkins-ci.main": "jenkins-core jenkins-war cli",
}
_GROUP_OF = {artifact: group for group, artifacts in _ARTIFACTS.items() for artifact in artifacts.split()}
_OLD_COMMONS = """
    beanutils chain cli codec collections configuration daemon dbcp digester discovery el fileupload
    httpclient io jelly jxpath lang logging modeler net pool primitives validator
"""
_GROUP_OF |= {f"commons-{name}": f"commons-{name}" for name in _OLD_COMMONS.split()}

_MOVED = {
    "dom4j": (("dom4j", 2), ("org.dom4j", None)),
    "groovy": (("org.codehaus.groovy", 4), ("org.apache.groovy", None)),
    "asm": (("asm", 4), ("org.ow2.asm", None)),
    "okhttp": (("com.squareup.okhttp", 3), ("com.squareup.okhttp3", None)),
    "rxjava": (("io.reactivex", 2), ("io.reactivex.rxjava2", 3), ("io.reactivex.rxjava3", None)),
    "hibernate-commons-annotations": (("org.hibernate", 4), ("org.hibernate.common", None)),
    "hibernate-core": (("org.hibernate", 6), ("org.hibernate.orm", None)),
    "itext": (("com.lowagie", 5), ("com.itextpdf", None)),
    "retrofit": (("com.squareup.retrofit", 2), ("com.squareup.retrofit2", None)),
}
"""Groups that an artifact had, each with the first major version that was published under the next."""

_FAMILIES = {
    "akka-": "com.typesafe.akka",
    "ant-": "org.apache.ant",
    "antlr4-": "org.antlr",
    "asm-": "org.ow2.asm",
    "bcjmail-": "org.bouncycastle",
    "bcmail-": "org.bouncycastle",
    "bcpg-": "org.bouncycastle",
    "bcpkix-": "org.bouncycastle",
    "bcprov-": "org.bouncycastle",
    "bctls-": "org.bouncycastle",
    "bctsp-": "org.bouncycastle",
    "bcutil-": "org.bouncycastle",
    "cassandra-": "org.apache.cassandra",
    "com.liferay.": "com.liferay",
    "elasticsearch": "org.elasticsearch",
    "groovy-": "org.codehaus.groovy",
    "grpc-": "io.grpc",
    "hadoop-": "org.apache.hadoop",
    "hibernate-": "org.hibernate",
    "hibernate-search-": "org.hibernate.search",
    "hibernate-validator": "org.hibernate.validator",
    "hive-": "org.apache.hive",
    "http4s-": "org.http4s",
    "jackson-dataformat-": "com.fasterxml.jackson.dataformat",
    "jackson-datatype-": "com.fasterxml.jackson.datatype",
    "jackson-module-": "com.fasterxml.jackson.module",
    "junit-jupiter": "org.junit.jupiter",
    "junit-platform-": "org.junit.platform",
    "junit-vintage-": "org.junit.vintage",
    "kafka-": "org.apache.kafka",
    "kafka_": "org.apache.kafka",
    "kotlin-": "org.jetbrains.kotlin",
    "kotlinx-": "org.jetbrains.kotlinx",
    "ktor-": "io.ktor",
    "log4j-": "org.apache.logging.log4j",
    "lucene-": "org.apache.lucene",
    "micrometer-": "io.micrometer",
    "mockito-": "org.mockito",
    "netty-": "io.netty",
    "opencensus-": "io.opencensus",
    "opensearch": "org.opensearch",
    "opentelemetry-": "io.opentelemetry",
    "org.apache.felix.": "org.apache.felix",
    "org.apache.servicemix.bundles.": "org.apache.servicemix.bundles",
    "org.eclipse.core.": "org.eclipse.platform",
    "org.eclipse.equinox.": "org.eclipse.platform",
    "org.eclipse.jgit": "org.eclipse.jgit",
    "org.eclipse.osgi": "org.eclipse.platform",
    "org.osgi.": "org.osgi",
    "scala-": "org.scala-lang",
    "scala-parser-combinators_": "org.scala-lang.modules",
    "scala-xml_": "org.scala-lang.modules",
    "selenium-": "org.seleniumhq.selenium",
    "solr-": "org.apache.solr",
    "spark-": "org.apache.spark",
    "spring-ai-": "org.springframework.ai",
    "spring-batch-": "org.springframework.batch",
    "spring-boot": "org.springframework.boot",
    "spring-cloud-": "org.springframework.cloud",
    "spring-data-": "org.springframework.data",
    "spring-integration-": "org.springframework.integration",
    "spring-ldap-": "org.springframework.ldap",
    "spring-modulith-": "org.springframework.modulith",
    "spring-plugin-": "org.springframework.plugin",
    "spring-restdocs-": "org.springframework.restdocs",
    "spring-security-": "org.springframework.security",
    "spring-session-": "org.springframework.session",
    "spring-shell": "org.springframework.shell",
    "spring-statemachine-": "org.springframework.statemachine",
    "spring-vault-": "org.springframework.vault",
    "spring-ws-": "org.springframework.ws",
    "tomcat-": "org.apache.tomcat",
    "tomcat-embed-": "org.apache.tomcat.embed",
}


def published_by(artifact: str, version: str) -> str:
    """The group of a well-known artifact; empty if it is none."""
    moved = _MOVED.get(artifact)
    if moved:
        major = int(version.partition(".")[0]) if version.partition(".")[0].isdecimal() else 1 << 30
        return next(group for group, until in moved if until is None or major < until)
    return _GROUP_OF.get(artifact, "")


def family(artifact: str) -> str:
    """The group of artifacts whose names start alike; empty if none is known."""
    at = max((prefix for prefix in _FAMILIES if artifact.startswith(prefix)), key=len, default="")
    return _FAMILIES.get(at, "")
