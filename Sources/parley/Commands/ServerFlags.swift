import ArgumentParser

/// Where and how `parley run` listens.
struct ServerFlags: ParsableArguments {
    @Option(name: [.customShort("i"), .long], help: "The address to listen on.")
    var interface = "0.0.0.0"

    @Option(name: [.customShort("p", allowingJoined: true), .long], help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 5005

    @Option(
        name: [.customShort("t"), .long],
        help: "Asks the API's callers for this token, as the query item 'token'.")
    var authToken: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Allows browsers on these origins to call; '*' allows all.", valueName: "origin"))
    var cors: [String] = []

    @Flag(help: "Serves the HTTP API, besides the channels.")
    var enableApi = false

    @Option(help: ArgumentHelp("The longest time that an answer may take.", valueName: "seconds"))
    var responseTimeout = 3600

    @Option(help: ArgumentHelp("The longest time that a request of the console may take.", valueName: "seconds"))
    var requestTimeout = 300

    @Option(help: "The storage that the model comes from (not served yet).")
    var remoteStorage: String?

    @Option(help: ArgumentHelp("Serves TLS with this certificate (not served yet).", valueName: "file"))
    var sslCertificate: String?

    @Option(help: ArgumentHelp("The certificate's private key (not served yet).", valueName: "file"))
    var sslKeyfile: String?

    @Option(help: ArgumentHelp("The authorities that clients are checked against (not served yet).", valueName: "file"))
    var sslCaFile: String?

    @Option(help: ArgumentHelp("The password of the private key (not served yet).", valueName: "password"))
    var sslPassword: String?

    @Option(
        help: ArgumentHelp("How long workers may finish what they have begun after TERM.", valueName: "seconds"))
    var gracePeriod = 15

    @Option(
        help: ArgumentHelp(
            "How long workers go on accepting after TERM while they say that they are not ready.",
            valueName: "seconds"))
    var drainDelay = 0
}

/// The channels that `parley run` serves.
struct ChannelFlags: ParsableArguments {
    @Option(help: "The YAML file with the channels and what they need. (default: credentials.yml)")
    var credentials: String?

    @Option(help: "Serves only this channel.")
    var connector: String?
}

/// Authentication by JSON Web Tokens.
struct TokenFlags: ParsableArguments {
    @Option(help: "The shared secret, or the public key (not served yet).")
    var jwtSecret: String?

    @Option(help: "The method of the signature (not served yet).")
    var jwtMethod = "HS256"

    @Option(help: "The private key of the methods that have one (not served yet).")
    var jwtPrivateKey: String?
}
