import Dialogue
import Encodings
import JSON
import Prefork
import System
import WebClient

/// A conversation on the terminal over a server's REST channel.
package struct Console {
    private static let end = "/stop"

    private let address: String
    private let conversation: String
    private let timeout: Duration

    /// - Parameters:
    ///   - url: The server's address.
    ///   - token: What it asks for; nil for nothing.
    ///   - conversation: The `sender_id`; nil begins a new conversation.
    package init(url: String, token: String?, conversation: String?, timeout: Duration) {
        let base = WebAddress(url).text
        address =
            "\(base)/webhooks/rest/webhook?stream=true" + (token.map { "&token=\(Percent.encode($0))" } ?? "")
        self.conversation = conversation ?? RandomID.hex()
        self.timeout = timeout
    }

    /// Talks until the user or the input ends it.
    ///
    /// - Throws: ``BootFailure`` when the server cannot be reached.
    package func talk() throws {
        var buttons: [JSON] = []
        try Terminal.run { terminal in
            say("The assistant is loaded. Type a message and press enter ('\(Console.end)' ends).")
            while let line = terminal.nextLine(prompt: "Your input ->  "), line != Console.end {
                buttons = try ask(chosen(line, buttons), terminal)
            }
        }
    }

    /// The payload of the button whose number was typed, else the text.
    private func chosen(_ line: String, _ buttons: [JSON]) -> String {
        guard let number = Int(line), buttons.indices.contains(number - 1) else { return line }
        return buttons[number - 1]["payload"]?.string ?? line
    }

    /// Sends a message and shows each reply as soon as it comes.
    ///
    /// - Returns: The buttons of the last one.
    private func ask(_ text: String, _ terminal: Terminal) throws -> [JSON] {
        let body: JSON = ["sender": .string(conversation), "message": .string(text)]
        let call = OutboundHTTPClient.Call(
            "POST", address, headers: [("content-type", "application/json")], body: body.encoded(), timeout: timeout)
        let response: StreamedResponse
        do {
            response = try terminal.wait {
                var response = StreamedResponse()
                try await terminal.httpClient.receive(call) { piece in
                    for message in response.take(piece) { for line in ConsoleText.lines(of: message) { say(line) } }
                    return true
                }
                return response
            }
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.unavailable)
        }
        guard response.isSuccess else {
            throw BootFailure(
                "the server responded with status \(response.status): \(response.rest)", status: ExitStatus.unavailable)
        }
        return response.last?["buttons"]?.array ?? []
    }

    private func say(_ line: String) { Output.line(line) }
}
