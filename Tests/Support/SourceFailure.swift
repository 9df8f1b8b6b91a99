package import YAML

/// The error that reading a file ends with; nil where it is right.
package func sourceError(_ read: () throws -> some Any) -> SourceError? {
    do {
        _ = try read()
        return nil
    } catch {
        return error as? SourceError
    }
}
