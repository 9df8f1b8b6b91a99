import CParleySystem

/// The words that this program was started with.
///
/// `CommandLine` looks for them behind the environment, and finds nothing once a library that is loaded before has
/// added a variable to that.
package enum OwnArguments {
    /// Without the program's name.
    package static var words: [String] { places.map { String(cString: $0) } }

    /// The same where they lie; they may be written over.
    static var places: [UnsafeMutablePointer<CChar>] {
        var count: Int32 = 0
        guard let all = parley_arguments(&count) else { return [] }
        return (0..<Int(count)).dropFirst().compactMap { all[$0] }
    }
}
