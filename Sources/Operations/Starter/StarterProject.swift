import ExactText
import Glibc
import Prefork
import System

/// The files of a small assistant that `parley train` can train and `parley run` can serve, for people to change.
struct StarterProject {
    /// A file of the project.
    struct File {
        /// Its path in the project, with slashes.
        let path: String
        let text: String
    }

    let files: [File]

    /// - Parameter assistantID: What is to tell this assistant's events from those of others.
    init(assistantID: String) {
        files = [
            File(path: "config.yml", text: Self.config(assistantID: assistantID)),
            File(path: "domain.yml", text: Self.domain),
            File(path: "data/nlu.yml", text: Self.examples),
            File(path: "data/rules.yml", text: Self.rules),
            File(path: "data/stories.yml", text: Self.stories),
            File(path: "tests/test_stories.yml", text: Self.testStories),
            File(path: "endpoints.yml", text: Self.endpoints),
            File(path: "credentials.yml", text: Self.credentials),
            File(path: "actions/__init__.py", text: ""),
            File(path: "actions/actions.py", text: Self.actions),
        ]
    }

    /// The paths of what is in the directory already.
    func present(in directory: String) -> [String] {
        let names = files.map(\.path)
        return names.filter { System.File.exists(Directory.path($0, in: directory)) }
    }

    /// - Throws: ``BootFailure`` that names the file that could not be written.
    func write(to directory: String) throws(BootFailure) {
        for file in files {
            let path = Directory.path(file.path, in: directory)
            let parts = path.exact.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            do throws(SystemError) {
                try Directory.make(parts.joined(separator: "/"), permissions: 0o777)
                try System.File.write(Array(file.text.utf8), to: path, flags: O_EXCL, permissions: 0o666)
            } catch {
                throw BootFailure("cannot write '\(path)': \(error)", status: ExitStatus.noPermission)
            }
        }
    }
}
