/// A directory that is deleted with all that is in it when it is no longer referenced.
package final class TemporaryDirectory: Sendable {
    /// Its path.
    package let path: String

    /// Makes a directory.
    package init() throws { path = try ServerProcess.directory() }

    deinit { ServerProcess.delete(path) }
}
