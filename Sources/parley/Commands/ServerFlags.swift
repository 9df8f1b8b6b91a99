import ArgumentParser

/// Where and how `parley run` listens.
struct ServerFlags: ParsableArguments {
    @Option(name: [.customShort("i", allowingJoined: true), .long], help: "The address to listen on.")
    var interface = "0.0.0.0"

    @Option(name: [.customShort("p", allowingJoined: true), .long], help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 5005

    @Option(
        name: [.customShort("t", allowingJoined: true), .long],
        help: "Asks the API's callers for this token, as the query item 'token' or by 'Authorization: Token'.")
    var authToken: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Allows browsers on these origins to call; '*' allows all.", valueName: "origin"))
    var cors: [String] = []

    @Flag(help: "Serves the HTTP API, besides the channels.")
    var enableApi = false

    @Option(help: "The storage that has the model of --model: aws, gcs or azure.")
    var remoteStorage: String?

    @Option(help: ArgumentHelp("Serves TLS with this certificate and those after it.", valueName: "file"))
    var sslCertificate: String?

    @Option(help: ArgumentHelp("The certificate's private key. (default: in the same file)", valueName: "file"))
    var sslKeyfile: String?

    @Option(help: ArgumentHelp("Lets in only clients with a certificate of these authorities.", valueName: "file"))
    var sslCaFile: String?

    @Option(help: ArgumentHelp("The password of the private key.", valueName: "password"))
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
    @Option(
        help: "The shared secret, or the public key in PEM; either may be in a file that is named here.")
    var jwtSecret: String?

    @Option(help: "How tokens are signed: HS256, RS256, ES256, PS256, or the same with 384 or 512.")
    var jwtMethod = "HS256"

    @Option(
        help: "The private key that Rasa asks for with a public one; Parley needs none.")
    var jwtPrivateKey: String?
}
