import JSON
import Prefork
import WebClient

/// Shows on the terminal how a server's model understands each line.
package struct NLUConsole {
    private let address: String

    /// - Parameter url: The server's address; it needs the API.
    package init(url: String) { address = "\(WebAddress(url).text)/model/parse" }

    /// Goes on until the input ends.
    ///
    /// - Throws: ``BootFailure`` when the server cannot be reached.
    package func listen() throws {
        try Terminal.run { terminal in
            Output.line("The model is loaded. Type a message and press enter to see how it is understood.")
            while let line = terminal.nextLine(prompt: "Next message:\n") {
                Output.line(ConsoleText.indented(try parse(line, terminal)))
            }
        }
    }

    private func parse(_ text: String, _ terminal: Terminal) throws -> JSON {
        let body: JSON = ["text": .string(text)]
        let call = OutboundHTTPClient.Call(
            "POST", address, headers: [("content-type", "application/json")], body: body.encoded(),
            timeout: .seconds(300))
        let response: EndpointResponse
        do {
            response = try terminal.wait { try await terminal.httpClient.send(call) }
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.unavailable)
        }
        guard response.isSuccess, let parsed = try? JSON(parsing: response.body) else {
            throw BootFailure(
                "the server responded with status \(response.status): \(String(decoding: response.body, as: UTF8.self))",
                status: ExitStatus.unavailable)
        }
        return parsed
    }
}
