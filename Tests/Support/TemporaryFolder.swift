/// A folder that is deleted with all that is in it when it is no longer referenced.
public final class TemporaryFolder: Sendable {
    /// Its path.
    public let path: String

    /// Makes a folder.
    public init() throws { path = try ServerProcess.folder() }

    deinit { ServerProcess.delete(path) }
}
