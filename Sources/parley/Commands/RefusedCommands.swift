import ExactText
import Prefork

/// Commands that scripts written for Rasa may call and that Parley does not have.
enum RefusedCommands {
    /// - Throws: ``BootFailure`` with a sentence on what to do instead.
    static func check(_ arguments: [String]) throws(BootFailure) {
        for count in [2, 1] where arguments.count >= count {
            let command = arguments.prefix(count).joined(separator: " ")
            guard let instead = instead[ExactString(command)] else { continue }
            throw BootFailure("'\(command)' is not part of Parley: \(instead)", status: ExitStatus.usage)
        }
    }

    private static let withRasa = "with Rasa 3.6, whose models Parley runs"

    /// What to use, by the words of the command; one word stands for all its subcommands but those that are named.
    private static let instead: [ExactString: String] = [
        "run actions":
            "custom actions are Python code; start their server with 'python -m rasa_sdk --actions actions'",
        "interactive": "write stories by hand, or use 'rasa interactive' \(withRasa)",
        "visualize": "use 'rasa visualize' \(withRasa)",
        "data migrate": "it turns domains of Rasa 2 into those of 3; use 'rasa data migrate' \(withRasa)",
        "evaluate": "use 'rasa evaluate markers' with Rasa 3.6, which reads the same tracker store",
        "telemetry": "Parley collects no data about its use, so there is nothing to turn off",
        "x": "use the HTTP API ('parley run --enable-api') or a client of the channel 'rasa'",
    ]
}
