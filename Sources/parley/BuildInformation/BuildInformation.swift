import Foundation
import PackagePlugin

/// Writes the checkout's commit into the program, so that `parley --version` can name it. Without git, or outside of a
/// checkout, it says `unknown`.
@main
struct BuildInformation: BuildToolPlugin {
    /// `$1` is the package, `$2` the file.
    private static let script = #"""
        commit=unknown
        root=$(cd "$1" && pwd -P)
        if [ "$(git -C "$1" rev-parse --show-toplevel 2>/dev/null)" = "$root" ]; then
            commit=$(git -C "$1" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
        fi
        printf 'enum Commit { static let name = "%s" }\n' "$commit" > "$2"
        """#

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let package = context.package.directoryURL
        let file = context.pluginWorkDirectoryURL.appending(path: "Commit.swift")
        return [
            .buildCommand(
                displayName: "Noting the commit", executable: URL(filePath: "/bin/sh"),
                arguments: ["-c", Self.script, "sh", package.path(), file.path()],
                inputFiles: Self.history(of: package), outputFiles: [file])
        ]
    }

    /// What git writes whenever another commit is checked out or made; in a work tree of its own, `.git` is a file
    /// that says where.
    private static func history(of package: URL) -> [URL] {
        var directory = package.appending(path: ".git")
        if let text = try? String(contentsOf: directory, encoding: .utf8), text.hasPrefix("gitdir: ") {
            let path = text.dropFirst("gitdir: ".count).trimmingCharacters(in: .whitespacesAndNewlines)
            directory = URL(filePath: path, relativeTo: package)
        }
        return [directory.appending(path: "HEAD"), directory.appending(path: "logs/HEAD")].filter {
            FileManager.default.fileExists(atPath: $0.path())
        }
    }
}
