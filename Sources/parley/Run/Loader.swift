import ModelArchive
import Prefork

/// What the loader child does: it makes the prepared model that every worker maps.
enum Loader {
    /// - Returns: The folder of the prepared model; empty when there is no model to serve.
    /// - Throws: ``BootFailure`` that names the archive and its fault.
    static func prepare(_ archive: String?, in folder: ScratchFolder) throws(BootFailure) -> String {
        guard let archive else { return "" }
        let place = "\(folder.path)/model-1"
        do {
            try ModelPreparer().prepare(archive: archive, into: place)
            return place
        } catch {
            throw BootFailure("the model '\(archive)' cannot be served: \(error)", status: ExitStatus.data)
        }
    }
}
