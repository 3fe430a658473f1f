//! The countries of ISO 3166-1 with the English names that OTOBO stores in its records, and the way from one to the other.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::text::fold;

/// A country of ISO 3166-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// The two-letter code (alpha-2), upper case.
    pub code: &'static str,
    /// The English name, as OTOBO stores it.
    pub name: &'static str,
}

/// All countries, sorted by name.
pub fn all() -> &'static [Country] {
    &COUNTRIES
}

/// The stored name of a country, by its two-letter code in any case; None for an unknown code.
pub fn name_of(code: &str) -> Option<&'static str> {
    let is_code = code.len() == 2;
    find(code).filter(|_| is_code).map(|country| country.name)
}

/// The two-letter code behind a stored country: a name of the list in any case, or such a code itself.
///
/// Domain rule: OTOBO stores the English name, or the code where its names are shown translated. None for any other
/// text, which old records may hold (`USA`, `Deutschland`).
pub fn code_of(name: &str) -> Option<&'static str> {
    find(name).map(|country| country.code)
}

/// The country of this name or two-letter code, in any case. No name is as short as a code, so that one index serves both.
pub fn find(text: &str) -> Option<&'static Country> {
    static INDEX: OnceLock<HashMap<String, &'static Country>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let keys = |country: &'static Country| [(fold(country.code), country), (fold(country.name), country)];
        COUNTRIES.iter().flat_map(keys).collect()
    });
    index.get(&fold(text.trim())).copied()
}

const fn country(code: &'static str, name: &'static str) -> Country {
    Country { code, name }
}

static COUNTRIES: [Country; 249] = [
    country("AF", "Afghanistan"),
    country("AX", "Aland Islands"),
    country("AL", "Albania"),
    country("DZ", "Algeria"),
    country("AS", "American Samoa"),
    country("AD", "Andorra"),
    country("AO", "Angola"),
    country("AI", "Anguilla"),
    country("AQ", "Antarctica"),
    country("AG", "Antigua and Barbuda"),
    country("AR", "Argentina"),
    country("AM", "Armenia"),
    country("AW", "Aruba"),
    country("AU", "Australia"),
    country("AT", "Austria"),
    country("AZ", "Azerbaijan"),
    country("BS", "Bahamas"),
    country("BH", "Bahrain"),
    country("BD", "Bangladesh"),
    country("BB", "Barbados"),
    country("BY", "Belarus"),
    country("BE", "Belgium"),
    country("BZ", "Belize"),
    country("BJ", "Benin"),
    country("BM", "Bermuda"),
    country("BT", "Bhutan"),
    country("BO", "Bolivia (Plurinational State of)"),
    country("BQ", "Bonaire, Sint Eustatius and Saba"),
    country("BA", "Bosnia and Herzegovina"),
    country("BW", "Botswana"),
    country("BV", "Bouvet Island"),
    country("BR", "Brazil"),
    country("IO", "British Indian Ocean Territory"),
    country("BN", "Brunei Darussalam"),
    country("BG", "Bulgaria"),
    country("BF", "Burkina Faso"),
    country("BI", "Burundi"),
    country("CV", "Cabo Verde"),
    country("KH", "Cambodia"),
    country("CM", "Cameroon"),
    country("CA", "Canada"),
    country("KY", "Cayman Islands"),
    country("CF", "Central African Republic"),
    country("TD", "Chad"),
    country("CL", "Chile"),
    country("CN", "China"),
    country("CX", "Christmas Island"),
    country("CC", "Cocos (Keeling) Islands"),
    country("CO", "Colombia"),
    country("KM", "Comoros"),
    country("CG", "Congo"),
    country("CD", "Congo (The Democratic Republic of the)"),
    country("CK", "Cook Islands"),
    country("CR", "Costa Rica"),
    country("CI", "Cote d'Ivoire"),
    country("HR", "Croatia"),
    country("CU", "Cuba"),
    country("CW", "Curacao"),
    country("CY", "Cyprus"),
    country("CZ", "Czechia"),
    country("DK", "Denmark"),
    country("DJ", "Djibouti"),
    country("DM", "Dominica"),
    country("DO", "Dominican Republic"),
    country("EC", "Ecuador"),
    country("EG", "Egypt"),
    country("SV", "El Salvador"),
    country("GQ", "Equatorial Guinea"),
    country("ER", "Eritrea"),
    country("EE", "Estonia"),
    country("SZ", "Eswatini"),
    country("ET", "Ethiopia"),
    country("FK", "Falkland Islands (The) [Malvinas]"),
    country("FO", "Faroe Islands"),
    country("FJ", "Fiji"),
    country("FI", "Finland"),
    country("FR", "France"),
    country("GF", "French Guiana"),
    country("PF", "French Polynesia"),
    country("TF", "French Southern Territories"),
    country("GA", "Gabon"),
    country("GM", "Gambia"),
    country("GE", "Georgia"),
    country("DE", "Germany"),
    country("GH", "Ghana"),
    country("GI", "Gibraltar"),
    country("GR", "Greece"),
    country("GL", "Greenland"),
    country("GD", "Grenada"),
    country("GP", "Guadeloupe"),
    country("GU", "Guam"),
    country("GT", "Guatemala"),
    country("GG", "Guernsey"),
    country("GN", "Guinea"),
    country("GW", "Guinea-Bissau"),
    country("GY", "Guyana"),
    country("HT", "Haiti"),
    country("HM", "Heard Island and McDonald Islands"),
    country("VA", "Holy See"),
    country("HN", "Honduras"),
    country("HK", "Hong Kong"),
    country("HU", "Hungary"),
    country("IS", "Iceland"),
    country("IN", "India"),
    country("ID", "Indonesia"),
    country("IR", "Iran (Islamic Republic of)"),
    country("IQ", "Iraq"),
    country("IE", "Ireland"),
    country("IM", "Isle of Man"),
    country("IL", "Israel"),
    country("IT", "Italy"),
    country("JM", "Jamaica"),
    country("JP", "Japan"),
    country("JE", "Jersey"),
    country("JO", "Jordan"),
    country("KZ", "Kazakhstan"),
    country("KE", "Kenya"),
    country("KI", "Kiribati"),
    country("KP", "Korea, The Democratic People's Republic of"),
    country("KR", "Korea, The Republic of"),
    country("KW", "Kuwait"),
    country("KG", "Kyrgyzstan"),
    country("LA", "Lao People's Democratic Republic"),
    country("LV", "Latvia"),
    country("LB", "Lebanon"),
    country("LS", "Lesotho"),
    country("LR", "Liberia"),
    country("LY", "Libya"),
    country("LI", "Liechtenstein"),
    country("LT", "Lithuania"),
    country("LU", "Luxembourg"),
    country("MO", "Macao"),
    country("MG", "Madagascar"),
    country("MW", "Malawi"),
    country("MY", "Malaysia"),
    country("MV", "Maldives"),
    country("ML", "Mali"),
    country("MT", "Malta"),
    country("MH", "Marshall Islands"),
    country("MQ", "Martinique"),
    country("MR", "Mauritania"),
    country("MU", "Mauritius"),
    country("YT", "Mayotte"),
    country("MX", "Mexico"),
    country("FM", "Micronesia (Federated States of)"),
    country("MD", "Moldova, The Republic of"),
    country("MC", "Monaco"),
    country("MN", "Mongolia"),
    country("ME", "Montenegro"),
    country("MS", "Montserrat"),
    country("MA", "Morocco"),
    country("MZ", "Mozambique"),
    country("MM", "Myanmar"),
    country("NA", "Namibia"),
    country("NR", "Nauru"),
    country("NP", "Nepal"),
    country("NL", "Netherlands (Kingdom of the)"),
    country("NC", "New Caledonia"),
    country("NZ", "New Zealand"),
    country("NI", "Nicaragua"),
    country("NE", "Niger"),
    country("NG", "Nigeria"),
    country("NU", "Niue"),
    country("NF", "Norfolk Island"),
    country("MK", "North Macedonia"),
    country("MP", "Northern Mariana Islands"),
    country("NO", "Norway"),
    country("OM", "Oman"),
    country("PK", "Pakistan"),
    country("PW", "Palau"),
    country("PS", "Palestine, State of"),
    country("PA", "Panama"),
    country("PG", "Papua New Guinea"),
    country("PY", "Paraguay"),
    country("PE", "Peru"),
    country("PH", "Philippines"),
    country("PN", "Pitcairn"),
    country("PL", "Poland"),
    country("PT", "Portugal"),
    country("PR", "Puerto Rico"),
    country("QA", "Qatar"),
    country("RE", "Reunion"),
    country("RO", "Romania"),
    country("RU", "Russian Federation"),
    country("RW", "Rwanda"),
    country("BL", "Saint Barthelemy"),
    country("SH", "Saint Helena, Ascension and Tristan da Cunha"),
    country("KN", "Saint Kitts and Nevis"),
    country("LC", "Saint Lucia"),
    country("MF", "Saint Martin (French part)"),
    country("PM", "Saint Pierre and Miquelon"),
    country("VC", "Saint Vincent and the Grenadines"),
    country("WS", "Samoa"),
    country("SM", "San Marino"),
    country("ST", "Sao Tome and Principe"),
    country("SA", "Saudi Arabia"),
    country("SN", "Senegal"),
    country("RS", "Serbia"),
    country("SC", "Seychelles"),
    country("SL", "Sierra Leone"),
    country("SG", "Singapore"),
    country("SX", "Sint Maarten (Dutch part)"),
    country("SK", "Slovakia"),
    country("SI", "Slovenia"),
    country("SB", "Solomon Islands"),
    country("SO", "Somalia"),
    country("ZA", "South Africa"),
    country("GS", "South Georgia and the South Sandwich Islands"),
    country("SS", "South Sudan"),
    country("ES", "Spain"),
    country("LK", "Sri Lanka"),
    country("SD", "Sudan"),
    country("SR", "Suriname"),
    country("SJ", "Svalbard and Jan Mayen"),
    country("SE", "Sweden"),
    country("CH", "Switzerland"),
    country("SY", "Syrian Arab Republic"),
    country("TW", "Taiwan (Province of China)"),
    country("TJ", "Tajikistan"),
    country("TZ", "Tanzania, the United Republic of"),
    country("TH", "Thailand"),
    country("TL", "Timor-Leste"),
    country("TG", "Togo"),
    country("TK", "Tokelau"),
    country("TO", "Tonga"),
    country("TT", "Trinidad and Tobago"),
    country("TN", "Tunisia"),
    country("TR", "Turkiye"),
    country("TM", "Turkmenistan"),
    country("TC", "Turks and Caicos Islands"),
    country("TV", "Tuvalu"),
    country("UG", "Uganda"),
    country("UA", "Ukraine"),
    country("AE", "United Arab Emirates"),
    country("GB", "United Kingdom of Great Britain and Northern Ireland"),
    country("UM", "United States Minor Outlying Islands"),
    country("US", "United States of America"),
    country("UY", "Uruguay"),
    country("UZ", "Uzbekistan"),
    country("VU", "Vanuatu"),
    country("VE", "Venezuela (Bolivarian Republic of)"),
    country("VN", "Viet Nam"),
    country("VG", "Virgin Islands (British)"),
    country("VI", "Virgin Islands (U.S.)"),
    country("WF", "Wallis and Futuna"),
    country("EH", "Western Sahara"),
    country("YE", "Yemen"),
    country("ZM", "Zambia"),
    country("ZW", "Zimbabwe"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_249_countries_sorted_by_name_each_with_its_own_code() {
        assert_eq!(all().len(), 249);
        assert!(all().is_sorted_by(|a, b| a.name < b.name));
        let codes: HashSet<&str> = all().iter().map(|country| country.code).collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.iter().all(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())));
    }

    #[test]
    fn every_country_is_found_by_name_and_by_code() {
        for country in all() {
            assert!(country.name.len() > 2);
            assert_eq!(name_of(country.code), Some(country.name));
            assert_eq!(code_of(country.name), Some(country.code));
            assert_eq!(code_of(country.code), Some(country.code));
        }
    }

    #[test]
    fn case_and_blanks_around_do_not_matter() {
        assert_eq!(code_of(" cote D'IVOIRE "), Some("CI"));
        assert_eq!(code_of("de"), Some("DE"));
        assert_eq!(name_of("kr"), Some("Korea, The Republic of"));
    }

    #[test]
    fn a_text_outside_the_list_is_no_country() {
        for text in ["", "USA", "Deutschland", "D", "German"] {
            assert_eq!(code_of(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_name_is_not_taken_for_a_code() {
        assert_eq!(name_of("Germany"), None);
        assert_eq!(name_of("XX"), None);
        assert_eq!(name_of(""), None);
    }
}
