import Glibc
import ModelArchive
import Prefork
import Understanding

/// What the loader child does: it makes the prepared model that every worker maps.
enum Loader {
    /// The same for a path that a request names: an archive, or a folder of which the latest is taken.
    static func prepare(asked path: String, in folder: ScratchFolder) throws(BootFailure) -> String {
        let archive: String
        do {
            archive = try ModelLocator.archive(at: path)
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.noInput)
        }
        return try prepare(archive, in: folder)
    }

    /// - Returns: The folder of the prepared model; empty when there is no model to serve.
    /// - Throws: ``BootFailure`` that names the archive and its fault.
    static func prepare(_ archive: String?, in folder: ScratchFolder) throws(BootFailure) -> String {
        guard let archive else { return "" }
        let place = "\(folder.path)/model-\(getpid())"
        do {
            try ModelPreparer(fittings: [CRFTraining()]).prepare(archive: archive, into: place)
            return place
        } catch {
            throw BootFailure("the model '\(archive)' cannot be served: \(error)", status: ExitStatus.data)
        }
    }
}
