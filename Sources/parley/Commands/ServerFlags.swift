import ArgumentParser
import HTTPServer

struct ServerFlags: ParsableArguments, Sendable {
    @Option(name: [.customShort("i", allowingJoined: true), .long], help: "The address to listen on.")
    var interface = "0.0.0.0"

    @Option(name: [.customShort("p", allowingJoined: true), .long], help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 5005

    @Option(
        name: [.customShort("t", allowingJoined: true), .long],
        help: "Requires this token of callers of the API, as the query item 'token' or by 'Authorization: Token'.")
    var authToken: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Allows browsers on these origins to call; '*' allows all.", valueName: "origin"))
    var cors: [String] = []

    @Flag(help: "Serves the HTTP API, besides the channels.")
    var enableApi = false

    @Option(help: "The storage that has the model of --model: aws, gcs or azure.")
    var remoteStorage: String?

    @Option(
        help: ArgumentHelp("Serves TLS with this certificate and those after it.", valueName: "file"),
        completion: .file())
    var sslCertificate: String?

    @Option(
        help: ArgumentHelp("The certificate's private key. (default: in the same file)", valueName: "file"),
        completion: .file())
    var sslKeyfile: String?

    @Option(
        help: ArgumentHelp("Accepts only clients with a certificate of these authorities.", valueName: "file"),
        completion: .file())
    var sslCaFile: String?

    @Option(help: ArgumentHelp("The password of the private key.", valueName: "password"))
    var sslPassword: String?

    @Option(
        help: ArgumentHelp(
            """
            How long workers may finish what they have begun after TERM. (default: SANIC_GRACEFUL_SHUTDOWN_TIMEOUT, \
            else 15)
            """,
            valueName: "seconds"))
    var gracePeriod: Int?

    @Option(
        help: ArgumentHelp(
            """
            How long workers go on accepting after TERM while they say that they are not ready. (default: \
            PARLEY_DRAIN_DELAY, or 3 in a cluster, else 0)
            """,
            valueName: "seconds"))
    var drainDelay: Int?

    @Option(
        help: ArgumentHelp(
            "How long a worker that others have replaced leaves idle connections open.", valueName: "seconds"))
    var retireTimeout = 65

    @Option(
        help: ArgumentHelp(
            "How long a new binary, which USR2 starts, may take until it is ready.", valueName: "seconds"))
    var upgradeTimeout = 900

    @Option(
        help: ArgumentHelp("Becomes this user, by name or number, once the port is open.", valueName: "user"))
    var user: String?

    @Option(help: ArgumentHelp("The group of --user. (default: the user's own)", valueName: "group"))
    var group: String?

    @Flag(help: "Binds each worker to one of the processors that the server may run on.")
    var cpuAffinity = false

    @Option(
        help: ArgumentHelp(
            """
            Tells health and metrics, and takes models, at this port or UNIX socket too, without TLS; metrics without a \
            token. (default: none)
            """,
            valueName: "port or path"))
    var managementPort: String?

    @Option(
        help: ArgumentHelp(
            "How long the start waits for a lock or tracker store that is away.", valueName: "seconds"))
    var storeWait = 60

    @Option(
        help: ArgumentHelp("Writes the id of the server's first process to this file.", valueName: "file"),
        completion: .file())
    var pidFile: String?
}

/// The channels that `parley run` serves.
struct ChannelFlags: ParsableArguments, Sendable {
    @Option(help: "The YAML file with the channels and what they need. (default: credentials.yml)", completion: .file())
    var credentials: String?

    @Option(help: "Serves only this channel.")
    var connector: String?
}

struct TokenFlags: ParsableArguments, Sendable {
    @Option(
        help: "The shared secret, or the public key in PEM; either may be in a file that is named here.")
    var jwtSecret: String?

    @Option(help: "How tokens are signed: HS256, RS256, ES256, PS256, or the same with 384 or 512.")
    var jwtMethod = "HS256"

    @Option(
        help: "The private key that Rasa asks for with a public one; Parley needs none.")
    var jwtPrivateKey: String?
}

/// What `parley run` knows of the proxies before it, and logs of each request.
struct ProxyFlags: ParsableArguments, Sendable {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            """
            Believes these what they say of their clients: networks such as 10.0.0.0/8 or fd00::/8, addresses, and \
            'unix' for UNIX sockets.
            """,
            valueName: "network"))
    var trustedProxies: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            The one header in which trusted proxies name the client: a list of addresses, or Forwarded (RFC 7239). \
            (default: SANIC_FORWARDED_FOR_HEADER, else X-Forwarded-For)
            """,
            valueName: "name"))
    var forwardedHeader: String?

    @Flag(help: "Trusted proxies begin their connections with a header of the PROXY protocol, version 1 or 2.")
    var proxyProtocol = false

    @Option(help: "Logs each request: common or json. (default: common where SANIC_ACCESS_LOG is true, else none)")
    var accessLog: AccessLog.Format?
}

extension AccessLog.Format: ExpressibleByArgument {}
