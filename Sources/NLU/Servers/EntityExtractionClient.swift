import TextFeatures

/// Asks a server over HTTP for the entities of a message. The executable provides it; nothing here speaks to a network.
package protocol EntityExtractionClient: Sendable {
    /// Sends a form (`application/x-www-form-urlencoded`) and waits for the response, whatever its status.
    ///
    /// - Parameters:
    ///   - form: The encoded form.
    ///   - address: The server's address with the path.
    ///   - timeout: How long the response may take; nil where the pipeline sets no limit.
    /// - Throws: An error that says why there was no response.
    func post(form: String, to address: String, timeout: Duration?) async throws -> RemoteResponse
}

package struct RemoteResponse: Sendable {
    package var status: Int
    /// The body in UTF-8.
    package var body: [UInt8]

    package init(status: Int, body: [UInt8]) { (self.status, self.body) = (status, body) }
}

package struct RemoteExtractors: Sendable {
    package var client: any EntityExtractionClient
    /// The address of Duckling, over what the pipeline says (`RASA_DUCKLING_HTTP_URL`).
    package var ducklingAddress: String?

    package init(client: any EntityExtractionClient, ducklingAddress: String? = nil) {
        self.client = client
        self.ducklingAddress = ducklingAddress
    }
}

/// A step of the pipeline that waits for a server.
protocol RemoteComponent: Component {
    /// The component with the servers that it may ask; nil where none can be asked.
    init(_ context: inout LoadingContext, servers: RemoteExtractors?) throws(LoadError)

    /// Asks the server and adds what it finds.
    func ask(about message: inout Message) async
}

extension RemoteComponent {
    init(_ context: inout LoadingContext) throws(LoadError) { try self.init(&context, servers: nil) }
}
