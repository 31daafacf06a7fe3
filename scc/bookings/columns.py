"""What booking systems call the columns of their exports, and what SCC makes of them. Pure.

The names are those of the bookings report of FareHarbor (`Booking ID`, `Contact`, `Start Date`,
`Start Time`, `# of Pax`, `Total`, `Total Paid`, `Amount Due`, `Cancelled?`), Checkfront's Booking
Index (`Booking`, `Start Date` with its hour, `Customer`, `Status`, `Amount`), and of what Peek,
Boatsetter, GetMyBoat and others call the same things on their pages. A system's own wording of a
column that is not here is asked for once, and remembered.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

FIELDS: Final[Mapping[str, str]] = {
    "ref": "Booking number",
    "name": "Name",
    "first_name": "First name",
    "last_name": "Last name",
    "date": "Date, or date and time",
    "time": "Start time",
    "guests": "Guests",
    "email": "E-mail",
    "phone": "Phone",
    "price": "Price",
    "paid": "Paid so far",
    "due": "Still due",
    "status": "Status, or cancelled",
    "product": "Product",
    "notes": "Notes",
}
"""What a column can be."""

LEAVE_OUT: Final = ""

# The better name comes first: of two columns in one file only it is taken.
_KNOWN: Final[Mapping[str, str]] = {
    "ref": "bookingid bookingnumber bookingno bookingref bookingreference bookingcode booking "
    "confirmationcode confirmationnumber confirmation reservationid reservationnumber "
    "reservationcode reservation tripid rentalid ordernumber orderid reference ref code id",
    "name": "contact contactname customer customername guestname guest leadguest leadtraveler "
    "leadname rentername renter patronname patron bookername purchasername primarycontact "
    "clientname fullname name",
    "first_name": "firstname guestfirstname customerfirstname contactfirstname renterfirstname "
    "purchaserfirstname",
    "last_name": "lastname surname guestlastname customerlastname contactlastname renterlastname "
    "purchaserlastname",
    "date": "startdate tripdate activitydate tourdate sailingdate charterdate eventdate traveldate "
    "departuredate rentaldate availabilitydate servicedate startdatetime activitydatetime "
    "startsat tripstart rentalstart availability start departure date",
    "time": "starttime triptime activitytime tourtime departuretime eventtime timeslot time",
    "guests": "ofpax pax numberofpax ofguests numberofguests guestcount totalguests guests "
    "partysize groupsize passengers numberofpassengers ofpassengers participants travelers people "
    "numberofpeople ofcustomers customers ofparticipants headcount ticketquantity tickets "
    "quantity qty",
    "email": "email emailaddress contactemail customeremail guestemail renteremail "
    "purchaseremail patronemail",
    "phone": "phone phonenumber contactphone customerphone guestphone renterphone "
    "purchaserphone patronphone mobile mobilephone cell telephone",
    "price": "total totalprice totalamount grandtotal bookingtotal ordertotal tripprice "
    "rentalprice grosstotal gross price amount",
    "paid": "totalpaid amountpaid paidamount paidtotal totalpayments paid collected depositpaid",
    "due": "amountdue balancedue totaldue outstandingbalance remainingbalance outstanding "
    "amountowed balance remaining due",
    "status": "cancelled canceled iscancelled iscanceled bookingstatus reservationstatus "
    "tripstatus status",
    "product": "item itemname product productname activity activityname tour tourname "
    "experience trip tripname listing listingname package boat boatname vessel",
    "notes": "notes note bookingnotes bookingnote customernotes guestnotes specialrequests "
    "specialrequest requests comments comment message",
}
_OF_NO_USE: Final = (
    "affiliate affiliatename agent availabilityid bookedat bookedby bookingsource cancelledat "
    "cancelledatdate cancelledattime canceledat channel contactlanguage countrybyphone country "
    "created createdat createdatdate createdattime createdby creationdate currency customerid "
    "datebooked duration enddate enddatetime endtime end endsat language lastupdated netrevenue "
    "netrevenuecollected paidstatus paymentstatus paymenttype postalcode processingfee "
    "processingfees promocode purchasedate rebookedfrom rebookedto salestax servicefee source "
    "staff subtotal tax taxes totaltax updatedat voucher whatiswrong zip"
)
_RANKS: Final[Mapping[str, tuple[str, int]]] = {
    name: (field, rank)
    for field, names in _KNOWN.items()
    for rank, name in enumerate(names.split())
}


def plain(header: str) -> str:
    """A column's name without what makes no difference: `# of Pax` → `ofpax`."""
    return re.sub(r"[^a-z0-9]", "", header.lower())


@dataclass(frozen=True)
class Columns:
    """What each column of a file is: one of FIELDS, LEAVE_OUT, or None where nobody knows."""

    headers: tuple[str, ...]
    fields: tuple[str | None, ...]

    @property
    def unknown(self) -> list[str]:
        return [h for h, f in zip(self.headers, self.fields, strict=True) if f is None]

    @property
    def missing(self) -> list[str]:
        """Fields without which no booking can be read, in words."""
        has = set(self.fields)
        wanted = [FIELDS[name] for name in ("ref", "date") if name not in has]
        return wanted if has & {"name", "first_name"} else [*wanted, FIELDS["name"]]

    @property
    def twice(self) -> list[str]:
        """Fields that two columns claim, in words."""
        used = [field for field in self.fields if field]
        return sorted({FIELDS[field] for field in used if used.count(field) > 1})

    @property
    def is_fit(self) -> bool:
        return not (self.unknown or self.missing or self.twice)

    def place(self, field: str) -> int | None:
        return self.fields.index(field) if field in self.fields else None


def map_columns(headers: Sequence[str], remembered: Mapping[str, str]) -> Columns:
    """What the columns are: as remembered of that system, else by their names."""
    found: list[str | None] = [_of(header, remembered) for header in headers]
    for field in {name for name in found if name}:
        places = [n for n, name in enumerate(found) if name == field]
        best = min(places, key=lambda n: _rank(headers[n], remembered))
        for n in places:
            own = plain(headers[n]) in remembered and plain(headers[n]) != plain(headers[best])
            if n != best and not own:
                found[n] = LEAVE_OUT
    return Columns(tuple(headers), tuple(found))


def _of(header: str, remembered: Mapping[str, str]) -> str | None:
    name = plain(header)
    if name in remembered:
        return remembered[name]
    if name in _RANKS:
        return _RANKS[name][0]
    return LEAVE_OUT if name in _OF_NO_USE.split() or not header.strip() else None


def _rank(header: str, remembered: Mapping[str, str]) -> tuple[bool, int]:
    name = plain(header)
    return name not in remembered, _RANKS.get(name, ("", 0))[1]


def recognised(headers: Iterable[str], remembered: Mapping[str, str]) -> int:
    """How many of the columns are known: by it the line of headers is found."""
    return sum(1 for header in headers if header.strip() and _of(header, remembered) is not None)
