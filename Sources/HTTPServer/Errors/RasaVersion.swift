/// The version of Rasa whose HTTP API, archives and stores are served.
package enum RasaVersion {
    /// What answers call `version`.
    package static let served = "3.6.21"
    /// The oldest version whose archives are taken, as that Rasa itself says.
    package static let oldestArchive = "3.6.21"
}
