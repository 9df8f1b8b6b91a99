import AWS
import ExactText
import NIOCore
import WebClient

enum RemoteStorage {
    /// The name of the bucket with the models, where Rasa looks for it.
    ///
    /// - Throws: ``ModelSourceError`` with `.badConfiguration` where there is none.
    static func bucket(_ environment: AWSEnvironment) throws(ModelSourceError) -> String {
        guard let bucket = environment["BUCKET_NAME"] else {
            throw ModelSourceError(.badConfiguration, "BUCKET_NAME must be the name of the bucket with the models")
        }
        return bucket
    }

    /// The name of a model's archive, as Rasa completes it.
    static func archive(_ model: String) -> String {
        model.exact.hasSuffix("tar.gz") ? model : "\(model).tar.gz"
    }

    /// What people call an archive in a storage: the last part of its key.
    static func name(_ key: String) -> String {
        ArchiveName.harmless(key.exact.split(separator: "/").last.map(String.init))
    }

    static func httpClient(_ loop: any EventLoop, _ limits: DownloadLimits) throws(ModelSourceError)
        -> OutboundHTTPClient
    {
        do {
            return try OutboundHTTPClient(downloadingOn: loop, trustingCertificatesOf: nil, silence: limits.silence)
        } catch {
            throw ModelSourceError(.badConfiguration, "\(error)")
        }
    }

    static func outcome(_ outcome: Download.Outcome, of name: String) throws(ModelSourceError) -> FetchOutcome {
        switch outcome {
        case .fetched(let archive): return .fetched(archive)
        case .unchanged: return .unchanged
        case .status(404): throw ModelSourceError(.missing, "there is no \(name) (status 404)")
        case .status(let status) where status == 401 || status == 403:
            throw ModelSourceError(
                .refused, "\(name) may not be read with these credentials, or is not there (status \(status))")
        case .status(let status):
            throw ModelSourceError(.refused, "\(name) cannot be fetched: the storage responds with status \(status)")
        }
    }
}
