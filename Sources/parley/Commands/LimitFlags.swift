import ArgumentParser
import Assistant

/// What one worker accepts at most.
struct LimitFlags: ParsableArguments {
    @Option(help: ArgumentHelp("The longest time that a response may take.", valueName: "seconds"))
    var responseTimeout = 3600

    @Option(
        help: ArgumentHelp(
            "The longest time that a request may take to arrive. (default: SANIC_REQUEST_TIMEOUT, else 300)",
            valueName: "seconds"))
    var requestTimeout: Int?

    @Option(help: ArgumentHelp("How long a connection stays open between requests.", valueName: "seconds"))
    var keepAliveTimeout = 120

    @Option(help: ArgumentHelp("The size of a request's target and headers.", valueName: "bytes"))
    var maxHeaderSize = 32 * 1024

    @Option(help: ArgumentHelp("The number of a request's headers.", valueName: "number"))
    var maxHeaders = 128

    @Option(
        help: ArgumentHelp(
            "The size of a request's body. (default: SANIC_REQUEST_MAX_SIZE, else 100000000)", valueName: "bytes"))
    var maxBodySize: Int?

    @Option(
        help: ArgumentHelp(
            "The length of a message in characters, on every channel; longer ones get 413.", valueName: "number"))
    var maxMessageLength = Conversations.Options.defaultMaxMessageLength

    @Option(help: ArgumentHelp("The size of all bodies that a worker holds at a time.", valueName: "bytes"))
    var maxBodiesSize = 400_000_000

    @Option(help: ArgumentHelp("Connections of a worker at a time; further ones wait.", valueName: "number"))
    var maxConnections = 10_000

    @Option(
        help: ArgumentHelp(
            "Memory of one training or test that is asked for over HTTP; one that needs more ends with an error. "
                + "(default: half of the machine's, or of the control group's)",
            valueName: "bytes"))
    var maxJobMemory: Int?

    @Option(
        help: ArgumentHelp(
            "Requests of a worker that are being answered at a time; further ones get 503.", valueName: "number"))
    var maxRequestsInFlight = 5000

    @Option(
        help: ArgumentHelp(
            "Messages of a conversation that wait or are being answered; further ones get 503.", valueName: "number"))
    var maxWaitingMessages = 1000
}
