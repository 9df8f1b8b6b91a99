import ExactText
import Glibc
import System
package import YAML

package enum DataFiles {
    /// How deep directories are followed; links can make circles.
    private static let maxDepth = 32

    /// How the names of YAML files end.
    package static let yaml = [".yml", ".yaml"]
    /// How the names of files with training data end.
    package static let training = yaml + [".json"]

    /// The files with one of these endings among some paths and in their directories, sorted.
    ///
    /// - Throws: ``TrainingError`` for a path that is not there.
    package static func find(_ paths: [String], _ endings: [String]) throws(TrainingError) -> [String] {
        var found: Set<ExactString> = []
        for path in paths {
            switch kind(of: path) {
            case .directory: try collect(path, endings, 0, &found)
            case .file: if has(path, endings) { found.insert(path) }
            case .nothing:
                throw TrainingError(
                    .inputOutput, at: SourcePlace(file: path),
                    "there is no such file or directory; name the right one with --data")
            }
        }
        return found.pythonSorted
    }

    static func read(_ files: [String], _ reader: YAMLReader) throws(TrainingError) -> [YAMLNode] {
        var documents: [YAMLNode] = []
        for file in files { documents.append(try read(file, reader)) }
        return documents
    }

    package static func read(_ file: String, _ reader: YAMLReader) throws(TrainingError) -> YAMLNode {
        do throws(SourceError) {
            return try reader.read(path: file)
        } catch {
            throw TrainingError(error)
        }
    }

    enum Kind { case file, directory, nothing }

    static func kind(of path: String) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else { return .nothing }
        return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
    }

    static func has(_ path: String, _ endings: [String]) -> Bool {
        endings.contains { path.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    private static func collect(
        _ directory: String, _ endings: [String], _ depth: Int, _ found: inout Set<ExactString>
    ) throws(TrainingError) {
        guard depth < maxDepth else { return }
        for name in try names(in: directory) {
            let path = Directory.path(name, in: directory)
            switch kind(of: path) {
            case .directory: try collect(path, endings, depth + 1, &found)
            case .file: if has(path, endings) { found.insert(path) }
            case .nothing: continue
            }
        }
    }

    private static func names(in directory: String) throws(TrainingError) -> [String] {
        do throws(SystemError) {
            return try Directory.names(in: directory)
        } catch {
            throw TrainingError(.inputOutput, at: SourcePlace(file: directory), "cannot be read: \(error)")
        }
    }
}
