import ExactText
package import System

/// What the settings of AWS are read from: variables and files, as boto3 does.
package struct AWSEnvironment: Sendable {
    private let variables: EnvironmentVariables

    /// The variables of this process.
    package static let process = AWSEnvironment(.process)

    package init(_ variables: EnvironmentVariables) { self.variables = variables }

    package subscript(name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The profile to use.
    package var profile: String { self["AWS_PROFILE"] ?? self["AWS_DEFAULT_PROFILE"] ?? "default" }

    /// Where the services are: a variable, else the profile's region; nil where nothing says.
    package var region: String? {
        self["AWS_DEFAULT_REGION"] ?? self["AWS_REGION"] ?? configuration()["region"]
    }

    /// The address of a service that is not AWS's own; nil for that.
    ///
    /// - Parameter service: The variable's last part, such as `S3`.
    package func endpoint(of service: String) -> String? {
        self["AWS_ENDPOINT_URL_\(service)"] ?? self["AWS_ENDPOINT_URL"]
    }

    /// What the shared credentials file says about a profile.
    func sharedCredentials() -> [ExactString: String] {
        ProfileFile(contents(of: self["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials"))[profile]
    }

    /// What the configuration file says about a profile.
    func configuration(profile name: String? = nil) -> [ExactString: String] {
        let name = name ?? profile
        let file = ProfileFile(contents(of: self["AWS_CONFIG_FILE"] ?? "~/.aws/config"))
        return file[name == "default" ? "default" : "profile \(name)"]
    }

    /// The text of a file of up to 1 MB; empty where it cannot be read.
    package func contents(of path: String) -> String {
        let place = path.exact.hasPrefix("~/") ? "\(self["HOME"] ?? "")\(path.dropFirst(1))" : path
        return String(decoding: (try? File.read(place, atMost: 1 << 20)) ?? [], as: UTF8.self)
    }
}

/// A file with profiles: `[name]` and below it `key = value`.
struct ProfileFile {
    private var sections: [ExactString: [ExactString: String]] = [:]

    init(_ text: String) {
        var section = ""
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first, first != "#", first != ";" else { continue }
            if first == "[" {
                let name = line.dropFirst().prefix { $0 != "]" }
                section = name.exact.split(separator: " ").joined(separator: " ")
            } else if !first.isWhitespace, let mark = line.unicodeScalars.firstIndex(of: "=") {
                sections[section, default: [:]][Self.trimmed(line[..<mark]).lowercased()] =
                    Self.trimmed(line[line.index(after: mark)...])
            }
        }
    }

    subscript(section: String) -> [ExactString: String] { sections[section] ?? [:] }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
