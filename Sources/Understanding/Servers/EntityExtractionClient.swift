/// Asks a server over HTTP for the entities of a message. The executable provides it; nothing here speaks to a network.
package protocol EntityExtractionClient: Sendable {
    /// Sends a form (`application/x-www-form-urlencoded`) and waits for the answer, whatever its status.
    ///
    /// - Parameters:
    ///   - form: The encoded form.
    ///   - address: The server's address with the path.
    ///   - timeout: How long the answer may take; nil where the pipeline sets no limit.
    /// - Throws: An error that says why there was no answer.
    func post(form: String, to address: String, timeout: Duration?) async throws -> RemoteResponse
}

/// What a server answered.
package struct RemoteResponse: Sendable {
    /// The status of HTTP.
    package var status: Int
    /// The body in UTF-8.
    package var body: [UInt8]

    /// An answer of these parts.
    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// The servers that a pipeline may ask.
package struct RemoteExtractors: Sendable {
    /// How they are asked.
    package var client: any EntityExtractionClient
    /// The address of Duckling, over what the pipeline says (`RASA_DUCKLING_HTTP_URL`).
    package var ducklingAddress: String?

    /// Servers that are asked through a client.
    package init(client: any EntityExtractionClient, ducklingAddress: String? = nil) {
        self.client = client
        self.ducklingAddress = ducklingAddress
    }
}

/// A step of the pipeline that waits for a server.
protocol RemoteComponent: Component {
    /// Asks the server and adds what it finds.
    func ask(about message: inout Message) async
}
