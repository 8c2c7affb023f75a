// SPDX-License-Identifier: Apache-2.0
// axi_lite_slave: the slave's side of AXI4-Lite, in front of a register block.
//
// The block says in the same clock whether it has what is asked for; where it
// has not, the answer is SLVERR. A write's address and data may come in either
// order. Each channel's ready comes from a register, so no path leads from an
// input to an output.

`default_nettype none

module axi_lite_slave #(
    parameter W_ADDRESS = 12   // bits of a byte address
) (
    input  wire                 clk,
    input  wire                 rst,

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
    input  wire                 s_axil_rready,

    output wire                 write,           // for a clock
    output reg  [W_ADDRESS-1:0] write_address,
    output reg  [31:0]          write_data,
    output wire [31:0]          write_mask,      // bits to write
    input  wire                 write_found,

    output wire                 read,            // until a clock without read_wait
    output reg  [W_ADDRESS-1:0] read_address,
    input  wire [31:0]          read_data,
    input  wire                 read_found,
    input  wire                 read_wait        // read_data is not there yet
);

localparam [1:0] OKAY   = 2'b00;
localparam [1:0] SLVERR = 2'b10;

// ---------------------------------------------------------------------------
// Writes: address and data wait for each other, then for the last answer to be
// taken

reg       address_held, data_held;
reg [3:0] strobe;

assign s_axil_awready = ~address_held;
assign s_axil_wready  = ~data_held;

assign write      = address_held & data_held & ~s_axil_bvalid;
assign write_mask = {{8{strobe[3]}}, {8{strobe[2]}}, {8{strobe[1]}}, {8{strobe[0]}}};

always @(posedge clk) begin
    if (~address_held)
        write_address <= s_axil_awaddr;
    if (~data_held) begin
        write_data <= s_axil_wdata;
        strobe     <= s_axil_wstrb;
    end
    if (write)
        s_axil_bresp <= write_found ? OKAY : SLVERR;

    address_held  <= (address_held | s_axil_awvalid) & ~write;
    data_held     <= (data_held | s_axil_wvalid) & ~write;
    s_axil_bvalid <= (s_axil_bvalid & ~s_axil_bready) | write;

    if (rst) begin
        address_held  <= 1'b0;
        data_held     <= 1'b0;
        s_axil_bvalid <= 1'b0;
    end
end

// ---------------------------------------------------------------------------
// Reads

reg read_held;

assign s_axil_arready = ~read_held;

assign read = read_held & ~s_axil_rvalid;

wire answer = read & ~read_wait;

always @(posedge clk) begin
    if (~read_held)
        read_address <= s_axil_araddr;
    if (answer) begin
        s_axil_rdata <= read_data;
        s_axil_rresp <= read_found ? OKAY : SLVERR;
    end

    read_held     <= (read_held | s_axil_arvalid) & ~answer;
    s_axil_rvalid <= (s_axil_rvalid & ~s_axil_rready) | answer;

    if (rst) begin
        read_held     <= 1'b0;
        s_axil_rvalid <= 1'b0;
    end
end

endmodule

`default_nettype wire
