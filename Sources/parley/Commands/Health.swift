import ArgumentParser
import Operations

/// `parley health`: asks the server of this machine, for images without a shell.
struct Health: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks the server that runs here whether it is live, or ready.",
        discussion: """
            Finds port, TLS and UNIX socket by itself: the server of the same user leaves word in its own directory in \
            TMPDIR. Prints one line; ends with status 0 for yes and 1 for no. For HEALTHCHECK and exec probes.
            """)

    @Flag(help: "Whether it serves at all; if not, a restart may help. (default)")
    var live = false

    @Flag(help: "Whether it can run turns: it has a model, its stores respond, and it is not about to end.")
    var ready = false

    @Option(name: [.customShort("p"), .long], help: "Its port, where several servers run here.")
    var port: UInt16?

    @Option(help: ArgumentHelp("The longest time that the response may take.", valueName: "seconds"))
    var timeout = 5

    func validate() throws {
        guard !(live && ready) else { throw ValidationError("--live and --ready are two questions; ask one") }
    }

    func run() throws {
        try HealthRequest(ready ? .ready : .live, port: port.map(Int.init), timeout: timeout).run()
    }
}
