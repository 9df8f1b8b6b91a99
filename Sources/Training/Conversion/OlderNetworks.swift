import ExactText
import ModelArchive
import RasaCompatibility
import System

/// The checkpoints of earlier archives whose layers lie at the root, where 3.6.21 does not look, written anew. What the
/// optimizer remembers is left out; it is of another one.
struct OlderNetworks {
    private let source: String
    private let current: CurrentMembers
    private let scratch: String

    private static let indexEnding = ".tf_model.index"

    init(of source: String, _ current: CurrentMembers, scratch: String) {
        (self.source, self.current, self.scratch) = (source, current, scratch)
    }

    /// The files of the checkpoints by their paths; none for later versions.
    func files() throws(TrainingError) -> [ExactString: ArchiveFile] {
        guard !current.metadata.rasaVersion.isCurrent else { return [:] }
        var files: [ExactString: ArchiveFile] = [:]
        do throws(ArchiveError) {
            let saved = try SavedModel(archive: source, besides: Directory.path("networks", in: scratch))
            for (path, _) in current.members {
                guard let start = path.exact.removingSuffix(Self.indexEnding) else { continue }
                let parts = String(start).exact.split(separator: "/", maxSplits: 2).map(String.init)
                guard parts.count == 3, let network = try saved.network(parts[1], parts[2]),
                    network.isAtRoot
                else { continue }
                let writer = try CheckpointWriter(in: scratch)
                for variable in network.variables {
                    try writer.write(variable.name, shape: variable.shape, variable.values)
                }
                let checkpoint = try writer.finish(steps: 0, learningRate: 0.001)
                let data = "\(start).tf_model.data-00000-of-00001"
                files[path] = ArchiveFile(path, bytes: checkpoint.index)
                files[data] = ArchiveFile(data, checkpoint.data)
            }
        } catch {
            throw TrainingError(.inputOutput, "'\(source)' cannot be converted: \(error.message)")
        }
        return files
    }
}
