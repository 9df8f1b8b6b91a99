package import NIOCore
package import WebClient

/// A server that has the model at one address (Rasa's `models` in the endpoints).
package struct ModelServer: ModelSource {
    /// The server's address without what stands behind `?`.
    package let name: String
    private let endpoint: HTTPEndpoint
    private let httpClient: OutboundHTTPClient
    private let limits: DownloadLimits

    /// A server that is asked on this loop.
    ///
    /// - Throws: ``ModelSourceError`` with `.badConfiguration` when the certificates cannot be read.
    package init(
        _ endpoint: HTTPEndpoint, loop: any EventLoop, limits: DownloadLimits = DownloadLimits()
    ) throws(ModelSourceError) {
        do {
            httpClient = try OutboundHTTPClient(
                downloadingOn: loop, trustingCertificatesOf: endpoint.certificateFile,
                silence: endpoint.timeout ?? limits.silence)
        } catch {
            throw ModelSourceError(.badConfiguration, "\(endpoint.place): 'cafile': \(error)")
        }
        self.endpoint = endpoint
        self.limits = limits
        name = "the model server at \(String(endpoint.url.unicodeScalars.prefix { $0 != "?" }))"
    }

    /// Asks for the model; the server's `filename` is only a name to show.
    package func fetch(into file: String, unless validator: String?) async throws(ModelSourceError) -> FetchOutcome {
        let download = Download(httpClient: httpClient, source: name, limits: limits) {
            [endpoint, limits, name] headers in
            endpoint.get(headers: headers, timeout: limits.whole, callee: name)
        }
        let outcome = try await download.run(into: file, unless: validator) { ArchiveName.harmless($0["filename"]) }
        switch outcome {
        case .fetched(let archive): return .fetched(archive)
        case .unchanged: return .unchanged
        case .status(204) where validator != nil: return .unchanged
        case .status(204): throw ModelSourceError(.missing, "\(name) has no model yet (status 204)")
        case .status(404): throw ModelSourceError(.missing, "\(name) has no model there (status 404)")
        case .status(let status):
            throw ModelSourceError(.refused, "\(name) responded with status \(status) instead of a model")
        }
    }

    package func close() async {
        await httpClient.close()
    }
}
