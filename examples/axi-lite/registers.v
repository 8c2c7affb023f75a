// SPDX-License-Identifier: Apache-2.0
// registers: a block of 32-bit registers on AXI4-Lite.
//
//   0x00        id       read only: ID
//   0x04        status   bit i is set by events[i] and cleared by writing 1 to it;
//                        an event in the clock of its clearing wins
//   0x08 + 4i   value i  read and write, COUNT of them, 0 after reset
//
// Strobes choose the bytes that a write changes. Writing to id, and any other
// address (also one that is not a multiple of 4), is answered with SLVERR and
// changes nothing; such a read gives 0.
//
// A write's address and data may come in either order. Each channel's ready
// comes from a register, so no path leads from an input to an output.

`default_nettype none

module registers #(
    parameter        COUNT     = 4,              // value registers, 1 to 16
    parameter        W_ADDRESS = 8,              // bits in a byte address, 7 to 32
    parameter [31:0] ID        = 32'hadde_0001   // what id reads
) (
    input  wire                 clk,
    input  wire                 rst,

    input  wire [31:0]          events,          // each high for the clocks in which it happens
    output wire [COUNT*32-1:0]  values,          // value i at [i*32 +: 32]

    input  wire [W_ADDRESS-1:0] s_axil_awaddr,
    input  wire                 s_axil_awvalid,
    output wire                 s_axil_awready,
    input  wire [31:0]          s_axil_wdata,
    input  wire [3:0]           s_axil_wstrb,
    input  wire                 s_axil_wvalid,
    output wire                 s_axil_wready,
    output reg  [1:0]           s_axil_bresp,
    output reg                  s_axil_bvalid,
    input  wire                 s_axil_bready,

    input  wire [W_ADDRESS-1:0] s_axil_araddr,
    input  wire                 s_axil_arvalid,
    output wire                 s_axil_arready,
    output reg  [31:0]          s_axil_rdata,
    output reg  [1:0]           s_axil_rresp,
    output reg                  s_axil_rvalid,
    input  wire                 s_axil_rready
);

localparam [1:0] OKAY   = 2'b00;
localparam [1:0] SLVERR = 2'b10;

localparam WORDS = COUNT + 2;   // word n is at address 4n: id, status, value 0, value 1, ...

generate
    if (COUNT < 1 || COUNT > 16) begin : check_count
        error_COUNT_must_be_from_1_to_16 stop ();
    end
    if (W_ADDRESS < 7 || W_ADDRESS > 32) begin : check_w_address
        error_W_ADDRESS_must_be_from_7_to_32 stop ();
    end
endgenerate

// ---------------------------------------------------------------------------
// Writes: address and data wait for each other, then for the last answer to be
// taken

reg                 aw_held, w_held;
reg [W_ADDRESS-1:0] aw_address;
reg [31:0]          w_data;
reg [3:0]           w_strobe;
wire [WORDS-1:1]    written;           // the word that changes now; id never does

wire        write = aw_held & w_held & ~s_axil_bvalid;
wire [31:0] mask  = {{8{w_strobe[3]}}, {8{w_strobe[2]}}, {8{w_strobe[1]}}, {8{w_strobe[0]}}};

assign s_axil_awready = ~aw_held;
assign s_axil_wready  = ~w_held;

always @(posedge clk) begin
    if (~aw_held)
        aw_address <= s_axil_awaddr;
    if (~w_held) begin
        w_data   <= s_axil_wdata;
        w_strobe <= s_axil_wstrb;
    end
    if (write)
        s_axil_bresp <= |written ? OKAY : SLVERR;
end

always @(posedge clk) begin
    aw_held       <= (aw_held | s_axil_awvalid) & ~write;
    w_held        <= (w_held | s_axil_wvalid) & ~write;
    s_axil_bvalid <= (s_axil_bvalid & ~s_axil_bready) | write;
    if (rst) begin
        aw_held       <= 1'b0;
        w_held        <= 1'b0;
        s_axil_bvalid <= 1'b0;
    end
end

// ---------------------------------------------------------------------------
// Words

wire [WORDS*32-1:0] words;   // word n at [n*32 +: 32]
reg  [31:0]         status;

assign words[63:0] = {status, ID};
assign values      = words[WORDS*32-1:64];

always @(posedge clk) begin
    status <= (status & ~(w_data & mask & {32{written[1]}})) | events;
    if (rst)
        status <= 32'd0;
end

genvar i, n;
generate for (i = 0; i < COUNT; i = i + 1) begin : gen_value
    reg [31:0] value;

    always @(posedge clk) begin
        if (written[i+2])
            value <= (value & ~mask) | (w_data & mask);
        if (rst)
            value <= 32'd0;
    end

    assign words[(i+2)*32 +: 32] = value;
end endgenerate

// ---------------------------------------------------------------------------
// Addresses

wire [WORDS-1:0] found;   // the word that is asked for, if there is one

generate for (n = 0; n < WORDS; n = n + 1) begin : gen_word
    localparam ADDRESS = 4 * n;

    assign found[n] = s_axil_araddr == ADDRESS[W_ADDRESS-1:0];

    if (n > 0) begin : gen_written
        assign written[n] = write & aw_address == ADDRESS[W_ADDRESS-1:0];
    end
end endgenerate

// ---------------------------------------------------------------------------
// Reads

reg [31:0] asked;   // what is there, else 0
integer    k;

always @* begin
    asked = 32'd0;
    for (k = 0; k < WORDS; k = k + 1)
        if (found[k])
            asked = asked | words[k*32 +: 32];
end

assign s_axil_arready = ~s_axil_rvalid;

always @(posedge clk)
    if (s_axil_arvalid & s_axil_arready) begin
        s_axil_rdata <= asked;
        s_axil_rresp <= |found ? OKAY : SLVERR;
    end

always @(posedge clk) begin
    s_axil_rvalid <= s_axil_rvalid ? ~s_axil_rready : s_axil_arvalid;
    if (rst)
        s_axil_rvalid <= 1'b0;
end

endmodule

`default_nettype wire
