import Assistant
import Logging
import ModelArchive
import NIOCore
import Outbound
import Prefork
import Understanding

/// Tries whether a model can be served: everything that happens at a start, but the serving.
enum ModelProbe {
    /// - Parameter folder: Where the model is unpacked for the time being.
    static func probe(
        _ path: String, allowMissingComponents: Bool, in folder: ScratchFolder, loop: any EventLoop, logger: Logger
    ) -> Probe {
        Probe(part: "model", place: path, advice: "name an archive that Rasa 3.6.21 or Parley trained, by --model") {
            guard let archive = try ModelChoice.archive(at: path, canGoWithout: false, logger: logger) else {
                throw BootFailure("there is no model", status: ExitStatus.noInput)
            }
            let place = try Loader.prepare(archive, in: folder)
            let entities = RemoteEntities(loop: loop)
            let result = Result {
                let model = try PreparedModel.open(place)
                _ = try Assistant(
                    model: model,
                    options: AssistantOptions(maxPredictions: 10, allowMissingComponents: allowMissingComponents),
                    servers: AssistantServers(entities: RemoteExtractors(client: entities)))
                return "\(model.archiveName), of Rasa \(model.metadata.rasaVersion)"
            }
            await entities.close()
            return try result.mapError {
                BootFailure("the model cannot be served: \($0)", status: ExitStatus.data)
            }.get()
        }
    }
}
