import Glibc
package import Logging
import ModelArchive
package import Prefork

/// Finds the archive to serve, as `rasa run` does.
package enum ModelSelection {
    /// Where models are where nothing else is said.
    package static let defaultDirectory = "models"

    /// The archive that `path` means. A path where nothing is means the default directory, as in Rasa, which is said.
    ///
    /// - Parameter canGoWithout: Whether the server may start without a model (`--enable-api`).
    /// - Returns: Nil when there is none and the server can go without, which is said.
    /// - Throws: ``BootFailure`` when there is none and the server cannot.
    package static func archive(at path: String, canGoWithout: Bool, logger: Logger) throws(BootFailure) -> String? {
        var place = path
        if access(place, F_OK) != 0, place != defaultDirectory {
            place = defaultDirectory
            if access(place, F_OK) == 0 {
                logger.warning(
                    "There is nothing at the path of the model; the default directory is used",
                    metadata: ["path": "\(path)", "directory": "\(place)"])
            }
        }
        do {
            return try ModelLocator.archive(at: place)
        } catch {
            let reason = place == path ? "\(error)" : "there is no file or directory at '\(path)', and \(error)"
            guard canGoWithout else {
                throw BootFailure(
                    "no model found: \(reason); name an archive or a directory with archives by --model",
                    status: ExitStatus.noInput)
            }
            logger.warning("Starting without a model", metadata: ["reason": "\(reason)"])
            return nil
        }
    }
}
