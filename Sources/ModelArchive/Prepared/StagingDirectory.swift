import ExactText
import Glibc
import System

/// The private directory in which a prepared model is put together; it disappears unless it was published.
final class StagingDirectory {
    let path: String
    private var isPublished = false
    private var names: [String] = []

    /// Makes an empty directory in the same directory as `directory` will be.
    init(besides directory: String) throws(ArchiveError) {
        do throws(SystemError) {
            path = try Directory.makeTemporary("\(directory.trimmingSlashes).partial-")
        } catch {
            throw ArchiveError(.inputOutput, "cannot make a directory beside \(directory): \(error)")
        }
    }

    deinit {
        guard !isPublished else { return }
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// The path of a file that is to be made here.
    func place(_ name: String) -> String {
        names.append(name)
        return "\(path)/\(name)"
    }

    func publish(as directory: String) throws(ArchiveError) {
        guard rename(path, directory.trimmingSlashes) == 0 else {
            throw ArchiveError(.inputOutput, "cannot move the prepared model to \(directory): \(SystemError())")
        }
        isPublished = true
    }
}

extension String {
    /// Without slashes at the end, but for the root itself.
    fileprivate var trimmingSlashes: String {
        var text = self
        while text.count > 1, text.exact.hasSuffix("/") { text.unicodeScalars.removeLast() }
        return text
    }
}
